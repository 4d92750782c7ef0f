{{/* configurable-http-proxy: its token is in the environment. Routes come from the hub; without it, an error page. */}}
{{- define "daisy-daas.proxy.command" -}}
- configurable-http-proxy
- --ip=0.0.0.0
- --api-ip=0.0.0.0
- --api-port=8001
- --default-target=http://hub:8081
- --error-target=http://hub:8081{{ .Values.hub.baseUrl }}hub/error
{{- with .Values.proxy.https }}
{{- if .enabled }}
- --port=8443
- --redirect-port=8000
- --redirect-to=443
- --ssl-key=/etc/daisy/tls/{{ .secret.key }}
- --ssl-cert=/etc/daisy/tls/{{ .secret.crt }}
{{- else }}
- --port=8000
{{- end }}
{{- end }}
{{- if .Values.hub.subdomainHost }}
- --host-routing
{{- end }}
{{- end }}
