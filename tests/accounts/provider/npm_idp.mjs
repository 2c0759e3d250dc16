// A whole identity provider by somebody else, npm's oidc-provider: node npm_idp.mjs PORT REDIRECT AFTER [ENDED]
import Provider from "oidc-provider";
import { generateKeyPairSync } from "node:crypto";

const [port, redirect, after, ended] = process.argv.slice(2);
const page = '<form method="post"><input name="login"></form>';
const privateKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "cong",
      client_secret: "bi-mat-cua-cong",
      redirect_uris: [redirect],
      post_logout_redirect_uris: [after],
      ...(ended ? { backchannel_logout_uri: ended } : {}),
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [{ ...privateKey, alg: "ES256", use: "sig", kid: "cua-nha-cung-cap" }] },
  acrValues: ["hai-buoc"],
  cookies: { keys: ["chi-dung-de-thu"] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
  // Its own refuses addresses of this machine, where the portal of the test is.
  fetch: (address, { dispatcher: _guard, ...options }) => fetch(address, options),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body = page;
    return undefined;
  }
  const result = { login: { accountId: "canbo-ngoai", acr: "hai-buoc" } };
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  return undefined;
});
provider.on("backchannel.error", (_ctx, error) => console.error("back-channel:", error.message, error.cause ?? ""));
provider.listen(Number(port), "127.0.0.1");
