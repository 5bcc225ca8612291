// A real authorization server (https://github.com/panva/node-oidc-provider) with users, groups and the scopes of one
// resource, which RESOURCE names. It listens on a free port of this machine, says where as one line of JSON on standard
// output, and ends when its standard input does.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

const RESOURCE = process.env.RESOURCE;
const SCOPES = process.env.SCOPES;
if (!RESOURCE || !SCOPES) {
  console.error('RESOURCE and SCOPES say for what tokens are: the URL of the MCP endpoint, and its scopes');
  process.exit(2);
}

// who can log in; a real one asks a directory
const users = {
  ada: { password: 'correct horse', groups: ['staff', 'records-admins'] },
  alan: { password: 'battery staple', groups: ['staff', 'records-analysts'] },
};

function configuration() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'walk-through' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    // clients introduce themselves (RFC 7591), and are public: PKCE is what they have
    clientDefaults: { token_endpoint_auth_method: 'none' },
    pkce: { required: () => true },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600,
      RefreshToken: 3600, Session: 3600 },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      // tokens are for the resource that the client names (RFC 8707), and for no other
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, resource) {
          if (resource !== RESOURCE) {
            throw new Error(`there is no resource ${resource}`);
          }
          return { scope: SCOPES, audience: RESOURCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
        },
        useGrantedResource: () => true,
      },
    },
    scopes: ['openid', ...SCOPES.split(' ')],
    findAccount: (_ctx, id) => users[id] && { accountId: id, claims: () => ({ sub: id }) },
    // what the server of the resource takes roles from
    extraTokenClaims: (_ctx, token) => ({ groups: users[token.accountId]?.groups ?? [] }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    renderError(ctx, out) {
      ctx.type = 'text';
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`;
    },
  };
}

const page = (title, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 4rem auto; padding: 0 1rem }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
  input { margin-bottom: 1rem; padding: .4rem }
  button { padding: .5rem }
</style>
<h1>${title}</h1>
<form method="post">${body}</form>
</html>
`;

const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const login = (wrong) => page('Log in', `
  ${wrong ? '<p role="alert">That is not the password.</p>' : ''}
  <label for="user">Name</label><input id="user" name="user" autocomplete="username" required>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required>
  <button>Log in</button>`);

const consent = (client, scopes) => page('Allow access?', `
  <p>${escaped(client)} asks to act for you:</p>
  <ul>${scopes.map((scope) => `<li><code>${escaped(scope)}</code></li>`).join('')}</ul>
  <button name="answer" value="allow">Allow</button>`);

// the form of a page, which is small
async function form(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) {
      throw new Error('that is too much for a form');
    }
  }
  return new URLSearchParams(text);
}

// the scopes that are asked for and not granted yet
const missing = ({ details }) => [
  ...(details.missingOIDCScope ?? []),
  ...Object.values(details.missingResourceScopes ?? {}).flat(),
];

async function interact(provider, request, response) {
  const interaction = await provider.interactionDetails(request, response);
  const { prompt, params, session } = interaction;
  const show = (html, status = 200) =>
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
  if (prompt.name === 'login') {
    if (request.method !== 'POST') {
      return show(login(false));
    }
    const fields = await form(request);
    const user = Object.hasOwn(users, fields.get('user')) ? users[fields.get('user')] : undefined;
    if (user === undefined || user.password !== fields.get('password')) {
      return show(login(true), 401);
    }
    return provider.interactionFinished(request, response, { login: { accountId: fields.get('user') } });
  }
  if (request.method !== 'POST') {
    const client = await provider.Client.find(params.client_id);
    return show(consent(client.clientName ?? params.client_id, missing(prompt)));
  }
  const grant = interaction.grantId
    ? await provider.Grant.find(interaction.grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingResourceScopes = {} } = prompt.details;
  if (missingOIDCScope) {
    grant.addOIDCScope(missingOIDCScope.join(' '));
  }
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  const protocol = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) {
      return protocol(request, response);
    }
    return interact(provider, request, response).catch((error) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
    });
  });
  console.log(JSON.stringify({ issuer }));
});

process.stdin.on('end', () => process.exit(0)).resume();
