// A certified OpenID provider on the loopback interface, for tests and for the demo. Anybody who types a name is let in.
// Usage: node provider.mjs PORT CLIENTS, where CLIENTS is a JSON array of { id, secret, redirect, logout }.
//
// Control, for tests: POST /_control/rotate makes new keys; POST /_control/logout?sub=NAME ends the person's sessions at the
// relying parties.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { Provider } from 'oidc-provider';

const [port, clients] = [Number(process.argv[2]), JSON.parse(process.argv[3] ?? '[]')];
const issuer = `http://127.0.0.1:${port}`;

function key() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() };
}

// The provider's own way out refuses loopback addresses, and not every machine resolves names below localhost.
function send(url, options) {
  const target = new URL(url);
  const headers = Object.fromEntries(new Headers(options.headers));
  headers.host = target.host;
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: target.port || 80, path: target.pathname, method: options.method ?? 'GET', headers },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(new Response(null, { status: answer.statusCode })));
      },
    );
    request.on('error', reject);
    request.end(options.body === undefined ? undefined : String(options.body));
  });
}

let provider;
function start(keys) {
  provider = new Provider(issuer, {
    jwks: { keys },
    clients: clients.map(({ id, secret, redirect, logout }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [redirect],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      ...(logout && { backchannel_logout_uri: logout }),
    })),
    findAccount: async (_, sub) => ({
      accountId: sub,
      claims: async () => ({
        sub,
        email: sub.includes('@') ? sub : `${sub}@operahuset.example.com`,
        email_verified: true,
        name: sub.split('@')[0],
        groups: [sub.split(/[.@]/)[0]],
      }),
    }),
    claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    pkce: { required: () => true },
    cookies: { keys: [randomUUID()] },
    fetch: send,
    features: {
      devInteractions: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
  });
  provider.on('server_error', (_, error) => console.error(error));
}

async function control(path, query) {
  if (path === '/_control/rotate') {
    start([key()]);
    return;
  }
  if (path === '/_control/logout') {
    for (const { id } of clients) {
      const client = await provider.Client.find(id);
      await client.backchannelLogout(query.get('sub'), query.get('sid') ?? 'none');
    }
  }
}

start([key()]);
http
  .createServer(async (request, answer) => {
    const url = new URL(request.url, issuer);
    if (!url.pathname.startsWith('/_control/')) {
      provider.callback()(request, answer);
      return;
    }
    try {
      await control(url.pathname, url.searchParams);
      answer.end('done');
    } catch (error) {
      answer.statusCode = 500;
      answer.end(String(error));
    }
  })
  .listen(port, '127.0.0.1', () => console.log(`listening at ${issuer}`));
