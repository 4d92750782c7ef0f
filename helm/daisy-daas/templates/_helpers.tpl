{{/* Labels as Zero to JupyterHub has them, so that what administrators know finds our objects.
     A version is no label: with it every upgrade would start each pod anew. */}}
{{- define "daisy-daas.labels" -}}
app: jupyterhub
release: {{ .root.Release.Name }}
component: {{ .component }}
{{- end }}

{{/* The users' namespace. */}}
{{- define "daisy-daas.users" -}}
{{ .Release.Name }}-users
{{- end }}

{{/* Who may make Dask clusters: an object of the whole cluster, so its name says which release it is of. */}}
{{- define "daisy-daas.dask.admission" -}}
{{ .Release.Namespace }}.{{ .Release.Name }}.dask
{{- end }}

{{- define "daisy-daas.tag" -}}
{{ .Values.images.tag | default .Chart.AppVersion }}
{{- end }}

{{/* An image in full: one of this release by its role, or another as it is. */}}
{{- define "daisy-daas.image" -}}
{{- if regexMatch "[/:]" .image -}}
{{ .image }}
{{- else -}}
{{ .root.Values.images.prefix }}{{ .image }}:{{ include "daisy-daas.tag" .root }}
{{- end }}
{{- end }}

{{/* What each pod of the platform has, and where it may run: .root, .place (nodeSelector, tolerations). */}}
{{- define "daisy-daas.pod" -}}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .place.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .place.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "daisy-daas.closed" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Names of Secrets: the administrator's, or those that the chart makes. */}}
{{- define "daisy-daas.secret.hub" -}}
{{ .Values.hub.existingSecret | default "hub" }}
{{- end }}
{{- define "daisy-daas.secret.proxy" -}}
{{ .Values.proxy.existingSecret | default "proxy" }}
{{- end }}
{{- define "daisy-daas.secret.sso" -}}
{{ .Values.sso.existingSecret | default "sso" }}
{{- end }}

{{/* A PodDisruptionBudget: .root, .component, .pdb */}}
{{- define "daisy-daas.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "daisy-daas.labels" . | nindent 4 }}
spec:
  minAvailable: {{ .pdb.minAvailable }}
  selector:
    matchLabels: {{- include "daisy-daas.labels" . | nindent 6 }}
{{- end }}
