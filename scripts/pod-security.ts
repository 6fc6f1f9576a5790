/** What of a manifest is looked at. */
export interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec?: PodSpec } };
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: SecurityContext;
}

const volumeKinds = [
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral'],
  ...['persistentVolumeClaim', 'projected', 'secret'],
];

/** What a manifest's pods do that the Pod Security Standard "restricted" forbids. */
export function restrictedBreaches(manifest: Manifest): string[] {
  const pod = manifest.spec?.template?.spec;
  if (pod === undefined) return [];
  const breaches: string[] = [];
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) breaches.push("uses the host's namespaces");
  for (const { name, ...source } of pod.volumes ?? []) {
    const kind = Object.keys(source).join();
    if (!volumeKinds.includes(kind)) breaches.push(`has the volume ${String(name)} of ${kind}`);
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    breaches.push(...containerBreaches(container, pod.securityContext ?? {}));
  }
  return breaches.map((breach) => `${manifest.kind} ${breach}`);
}

function containerBreaches(
  { name, ports = [], securityContext: own = {} }: Container,
  pod: SecurityContext,
): string[] {
  const { capabilities: { drop = [], add = [] } = {}, seccompProfile = pod.seccompProfile } = own;
  const { runAsNonRoot = pod.runAsNonRoot, runAsUser = pod.runAsUser } = own;
  const rules: [boolean, string][] = [
    [runAsNonRoot === true && runAsUser !== 0, 'may run as root'],
    [own.allowPrivilegeEscalation === false && !own.privileged, 'may gain privileges'],
    [drop.includes('ALL') && add.length === 0, 'has capabilities'],
    [seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
    [ports.every(({ hostPort }) => hostPort === undefined), 'takes ports of the host'],
  ];
  return rules.filter(([holds]) => !holds).map(([, breach]) => `${breach} in ${name}`);
}
