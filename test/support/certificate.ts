import { requireCommand } from './installed.ts';
import { runCommand } from './run-command.ts';

/** Writes a self-signed certificate of this machine and its key (PEM) to the two files. */
export async function writeCertificate(
  files: { cert: string; key: string },
  commonName: string,
): Promise<void> {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const out = ['-keyout', files.key, '-out', files.cert, '-days', '2'];
  const { status, stderr } = await runCommand(requireCommand('openssl'), [
    'req',
    '-x509',
    ...curve,
    ...names,
    ...out,
  ]);
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
}
