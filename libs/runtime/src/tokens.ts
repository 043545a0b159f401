/** Injection token of the Config. */
export const CONFIG = Symbol('CONFIG');

/** Injection token of the name of the thread, where a process has several and this is not the first. */
export const THREAD = Symbol('THREAD');

/** Injection token of this process's name among the members of its roles. */
export const CLUSTER_MEMBER = Symbol('CLUSTER_MEMBER');
