//! Keys of log-in at identity providers.

texts! {
    SSO_FAILED = "sso-failed"; // name, reference
    SSO_NOT_TIED = "sso-not-tied"; // name, reference
    SSO_NO_ACCESS = "sso-no-access"; // name, reference
    SSO_TOO_OLD = "sso-too-old"; // name, reference
    SSO_REQUIRED = "sso-required";
    SSO_PREVIEW_GAIN = "sso-preview-gain"; // count
    SSO_PREVIEW_LOSE = "sso-preview-lose"; // count
    FIELD_SSO_DOMAIN = "field-sso-domain";
    FIELD_SSO_DOMAINS = "field-sso-domains";
    FIELD_SSO_OWNERS = "field-sso-owners";
    FIELD_SSO_CONNECTION = "field-sso-connection";
    MAIL_SSO_ALARM = "mail-sso-alarm"; // account
    MAIL_SSO_SECRET = "mail-sso-secret"; // name, days
    MAIL_SSO_SECRET_OVER = "mail-sso-secret-over"; // name
    FIELD_SSO_ISSUER = "field-sso-issuer";
    FIELD_SSO_ROLE = "field-sso-role";
    FIELD_SSO_CLAIM = "field-sso-claim";
    FIELD_SSO_TOO_MANY = "field-sso-too-many";
    FIELD_SSO_GROUPS = "field-sso-groups";
}
