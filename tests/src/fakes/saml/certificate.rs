//! A certificate for a key, written by hand (X.690, RFC 5280).

/// Writes a certificate for a public key, signed by `sign` with RSA and SHA-256. Ends at an instant such as `20461201000000Z`.
pub(super) fn certificate(public: &[u8], end: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    // sha256WithRSAEncryption
    let algorithm = der(0x30, &[&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11], &[5, 0]]);
    let common_name = der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0c, &[b"idp"])]);
    let name = der(0x30, &[&der(0x31, &[&common_name])]);
    let begin = der(0x18, &[b"20200101000000Z"]);
    let validity = der(0x30, &[&begin, &der(0x18, &[end.as_bytes()])]);
    let version = der(0xa0, &[&[2, 1, 2]]);
    let signed = der(
        0x30,
        &[&version, &[2, 1, 7], &algorithm, &name, &validity, &name, public],
    );
    let signature = sign(&signed);
    der(0x30, &[&signed, &algorithm, &der(3, &[&[0], &signature])])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let mut out = vec![tag];
    if length < 128 {
        out.push(u8::try_from(length).expect("short"));
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | u8::try_from(bytes.len()).expect("few"));
        out.extend(bytes);
    }
    out.extend(content);
    out
}
