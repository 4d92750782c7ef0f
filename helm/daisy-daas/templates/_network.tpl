{{/* Holes in the NetworkPolicies, each as a rule. Everything that is not named here or beside its use is closed. */}}

{{/* Pods of this release, in its namespace: .root, .component */}}
{{- define "daisy-daas.peer" -}}
podSelector:
  matchLabels: {{- include "daisy-daas.labels" . | nindent 4 }}
{{- end }}

{{/* The same, seen from the users' namespace. */}}
{{- define "daisy-daas.peer.control" -}}
namespaceSelector:
  matchLabels: {kubernetes.io/metadata.name: {{ .root.Release.Namespace }}}
{{ include "daisy-daas.peer" . }}
{{- end }}

{{/* Users' servers, seen from the release's namespace. */}}
{{- define "daisy-daas.peer.users" -}}
namespaceSelector:
  matchLabels: {kubernetes.io/metadata.name: {{ include "daisy-daas.users" . }}}
podSelector:
  matchLabels: {component: singleuser-server}
{{- end }}

{{/* Schedulers of Dask clusters, seen from anywhere. */}}
{{- define "daisy-daas.peer.schedulers" -}}
namespaceSelector:
  matchLabels: {kubernetes.io/metadata.name: {{ include "daisy-daas.users" . }}}
podSelector:
  matchLabels: {component: dask, dask.org/component: scheduler}
{{- end }}

{{/* Out to the DNS. */}}
{{- define "daisy-daas.egress.dns" -}}
{{- $dns := .Values.networkPolicy.dns -}}
- to:
  {{- with $dns.namespace }}
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: {{ . }}}
  {{- end }}
  {{- range $dns.addresses }}
    - ipBlock: {cidr: {{ . }}}
  {{- end }}
  ports:
  {{- range $dns.ports }}
    - {protocol: UDP, port: {{ . }}}
    - {protocol: TCP, port: {{ . }}}
  {{- end }}
{{- end }}

{{/* Addresses of the Kubernetes API as the cluster names them, a line each; nothing where helm only renders. */}}
{{- define "daisy-daas.api-server" -}}
{{- $slice := lookup "discovery.k8s.io/v1" "EndpointSlice" "default" "kubernetes" | default dict -}}
{{- range ($slice.endpoints | default list) }}
{{- range .addresses }}
{{ . }}{{ if contains ":" . }}/128{{ else }}/32{{ end }}
{{- end }}
{{- end }}
{{- with (lookup "v1" "Service" "default" "kubernetes" | default dict).spec }}
{{ .clusterIP }}{{ if contains ":" .clusterIP }}/128{{ else }}/32{{ end }}
{{- end }}
{{- end }}

{{/* Out to the Kubernetes API: 443 is its Service's port, 6443 its own. */}}
{{- define "daisy-daas.egress.api-server" -}}
{{- $given := .Values.hub.networkPolicy.apiServer -}}
{{- $known := $given | default (include "daisy-daas.api-server" . | trim | splitList "\n" | compact) -}}
- ports:
    - {protocol: TCP, port: 443}
    - {protocol: TCP, port: 6443}
  {{- with $known }}
  to:
  {{- range . }}
    - ipBlock: {cidr: {{ . | quote }}}
  {{- end }}
  {{- end }}
{{- end }}

{{/* Out to the ports of some addresses, to certain peers or anywhere: .urls, .default (port), .peers */}}
{{- define "daisy-daas.egress.urls" -}}
{{- $ports := list -}}
{{- range .urls | compact }}
{{- $ports = append $ports (regexFind ":[0-9]+$" (urlParse .).host | trimPrefix ":") }}
{{- end }}
{{- $default := .default -}}
- ports:
  {{- $all := list }}
  {{- range $ports }}
  {{- $all = append $all (. | default $default) }}
  {{- end }}
  {{- range $all | uniq }}
    - {protocol: TCP, port: {{ . }}}
  {{- end }}
  {{- with .peers }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
