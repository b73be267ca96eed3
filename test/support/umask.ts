import { isMainThread } from 'node:worker_threads';

// A thread cannot set it.
if (isMainThread) process.umask(0o077);
