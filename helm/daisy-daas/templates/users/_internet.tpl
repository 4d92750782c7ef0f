{{/* Every address but those of a site, of machines' metadata, and of the Kubernetes API: .root, .all (0.0.0.0/0 or
     ::/0), .private */}}
{{- define "daisy-daas.internet" -}}
{{- $six := contains ":" .all -}}
{{- $closed := concat .private .root.Values.singleuser.networkPolicy.except .root.Values.hub.networkPolicy.apiServer -}}
{{- $closed = concat $closed (include "daisy-daas.api-server" .root | trim | splitList "\n" | compact) -}}
- ipBlock:
    cidr: {{ .all | quote }}
    except:
      {{- range $closed | uniq }}
      {{- if eq $six (contains ":" .) }}
      - {{ . | quote }}
      {{- end }}
      {{- end }}
{{- end }}
