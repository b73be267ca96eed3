import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CDPSession, Page } from 'playwright-core';

/** A blank page on a host that browsers trust, for ceremonies of its scripts. */
export async function serveBlankPage(): Promise<AsyncDisposable & { origin: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>blank</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An authenticator that is built in, with a finger that always fits; `isVerifying: false`: never. */
export async function plugInAuthenticator(
  page: Page,
  { isVerifying = true } = {},
): Promise<{ session: CDPSession; authenticatorId: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: isVerifying,
      automaticPresenceSimulation: true,
    },
  });
  return { session, authenticatorId };
}

/** What `navigator.credentials` of the page answers, as it would send it. */
export function createCredential(page: Page, options: object): Promise<{ id: string }> {
  return askPage(page, 'create', 'parseCreationOptionsFromJSON', options);
}

export function getCredential(page: Page, options: object): Promise<{ id: string }> {
  return askPage(page, 'get', 'parseRequestOptionsFromJSON', options);
}

function askPage(page: Page, call: string, parse: string, options: object) {
  const publicKey = `PublicKeyCredential.${parse}(${JSON.stringify(options)})`;
  return page.evaluate<{ id: string }>(
    `navigator.credentials.${call}({ publicKey: ${publicKey} }).then((one) => one.toJSON())`,
  );
}
