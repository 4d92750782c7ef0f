{{/* Every IPv4 address but private ones, those of machines' metadata, of the Kubernetes API, and what is excepted.
     What lies in a private range is not repeated: enforcers may refuse ranges that overlap. IPv6 stays closed. */}}
{{- define "daisy-daas.internet" -}}
{{- $private := list "10.0.0.0/8" "100.64.0.0/10" "169.254.0.0/16" "172.16.0.0/12" "192.168.0.0/16" -}}
{{- $inside := "^(10|169\\.254|192\\.168|172\\.(1[6-9]|2[0-9]|3[01])|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))\\." -}}
{{- $more := concat .Values.singleuser.networkPolicy.except .Values.hub.networkPolicy.apiServer -}}
{{- $more = concat $more (include "daisy-daas.api-server" . | trim | splitList "\n" | compact) -}}
ipBlock:
  cidr: 0.0.0.0/0
  except:
    {{- range $private }}
    - {{ . }}
    {{- end }}
    {{- range $more | uniq }}
    {{- if not (or (contains ":" .) (regexMatch $inside .)) }}
    - {{ . }}
    {{- end }}
    {{- end }}
{{- end }}
