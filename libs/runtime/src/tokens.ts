/** Injection token of the Config. */
export const CONFIG = Symbol('CONFIG');

/** Injection token of this process's name among the members of its roles. */
export const CLUSTER_MEMBER = Symbol('CLUSTER_MEMBER');
