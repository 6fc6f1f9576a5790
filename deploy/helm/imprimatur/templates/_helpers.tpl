{{- define "imprimatur.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "imprimatur.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "imprimatur.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "imprimatur.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "imprimatur.selectorLabels" -}}
app.kubernetes.io/name: {{ include "imprimatur.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "imprimatur.labels" -}}
{{ include "imprimatur.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "imprimatur.serviceAccountName" -}}
{{- default (include "imprimatur.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "imprimatur.image" -}}
{{- $repository := required "image.repository must name the image of deploy/docker/Dockerfile" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "imprimatur.isPostgres" -}}
{{- if eq .Values.database.kind "postgres" }}true{{ end -}}
{{- end -}}

{{- /* The server's settings file. Those that the chart sets come last and win. */ -}}
{{- define "imprimatur.settings" -}}
{{- $settings := dict
  "port" 9700
  "operationsHost" .Values.listenAddress
  "operationsPort" 9701
  "dataDir" "/var/lib/imprimatur"
  "drainSeconds" (int .Values.drainSeconds) -}}
{{- if .Values.tls.existingSecret -}}
{{- $_ := set $settings "tlsCert" "/etc/imprimatur/tls/tls.crt" -}}
{{- $_ := set $settings "tlsKey" "/etc/imprimatur/tls/tls.key" -}}
{{- end -}}
{{- mergeOverwrite (deepCopy .Values.config) $settings | toYaml -}}
{{- end -}}
