{{/* The volume with private authorities; nothing where there are none. */}}
{{- define "daisy-daas.hub.ca" -}}
{{- with .Values.hub.caBundle }}
{{- if .existingConfigMap -}}
configMap: {name: {{ .existingConfigMap }}}
{{- else if .existingSecret -}}
secret: {secretName: {{ .existingSecret }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- end }}
{{- end }}

{{/* The hub's environment: secrets come from Secrets alone. */}}
{{- define "daisy-daas.hub.env" -}}
{{- $hub := include "daisy-daas.secret.hub" . -}}
- {name: DAISY_HUB_SETTINGS, value: /etc/daisy/settings/settings.yaml}
{{- if include "daisy-daas.hub.ca" . }}
# OpenSSL reads this file beside the image's folder of public authorities.
- {name: SSL_CERT_FILE, value: /etc/daisy/ca/ca.crt}
{{- end }}
- {name: JUPYTERHUB_CRYPT_KEY, valueFrom: {secretKeyRef: {name: {{ $hub }}, key: crypt-key}}}
- {name: JPY_COOKIE_SECRET, valueFrom: {secretKeyRef: {name: {{ $hub }}, key: cookie-secret}}}
- {name: DAISY_METRICS_TOKEN, valueFrom: {secretKeyRef: {name: {{ $hub }}, key: metrics-token}}}
{{- if .Values.dask.enabled }}
- {name: DAISY_BROKER_TOKEN, valueFrom: {secretKeyRef: {name: {{ $hub }}, key: broker-token}}}
{{- end }}
- name: CONFIGPROXY_AUTH_TOKEN
  valueFrom: {secretKeyRef: {name: {{ include "daisy-daas.secret.proxy" . }}, key: proxy-token}}
- name: DAISY_SSO_CLIENT_SECRET
  valueFrom: {secretKeyRef: {name: {{ include "daisy-daas.secret.sso" . }}, key: {{ .Values.sso.existingSecretKey }}}}
{{- with .Values.hub.db }}
{{- if eq .type "postgres" }}
- {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: {{ .existingSecret }}, key: {{ .existingSecretKey }}}}}
{{- end }}
{{- end }}
{{- end }}
