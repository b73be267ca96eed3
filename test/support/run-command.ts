import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit status; null when a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  input?: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** Whose process it is; the caller's unless told. */
  uid?: number;
  gid?: number;
  /** It is killed after so long: status null. */
  timeout?: number;
}

/** Runs a program to its end; a status other than 0 is a result, a missing program an error. */
export function runCommand(
  command: string,
  args: readonly string[],
  { input = '', cwd, env, ...options }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, env: { ...process.env, ...env }, ...options });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
    // A program that ends without reading its input closes the pipe; its status tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
