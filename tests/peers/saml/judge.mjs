// Asks @node-saml/node-saml, a service provider by others, what it thinks of answers.
// Usage: node judge.mjs < JSON of { certificate, entity_id, acs_url, issuer, answers: [base64] }
// Prints a JSON array: the name ID of each answer that it accepts, null for each that it refuses.
import { SAML } from '@node-saml/node-saml';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { certificate, entity_id, acs_url, issuer, answers } = JSON.parse(text);
const verdicts = [];
for (const answer of answers) {
  const saml = new SAML({
    callbackUrl: acs_url,
    issuer: entity_id,
    audience: entity_id,
    idpCert: certificate,
    idpIssuer: issuer,
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    validateInResponseTo: 'never',
    acceptedClockSkewMs: 60_000,
  });
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: answer });
    verdicts.push(profile?.nameID ?? null);
  } catch {
    verdicts.push(null);
  }
}
console.log(JSON.stringify(verdicts));
