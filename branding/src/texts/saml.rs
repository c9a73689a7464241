//! Keys of SAML connections.

texts! {
    FIELD_SAML_METADATA = "field-saml-metadata";
    FIELD_SAML_REDIRECT = "field-saml-redirect";
    FIELD_SAML_CERTIFICATE = "field-saml-certificate";
    FIELD_SAML_ADDRESS = "field-saml-address";
    FIELD_SAML_ISSUER = "field-saml-issuer";
    FIELD_SAML_CONTEXT = "field-saml-context";
    FLASH_SAML_PROVIDER = "flash-saml-provider";
    MAIL_SAML_CERTIFICATE = "mail-saml-certificate"; // name, days
    MAIL_SAML_CERTIFICATE_OVER = "mail-saml-certificate-over"; // name
}
