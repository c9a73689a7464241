//! Keys of provisioning.

texts! {
    FLASH_REFUSED_MANAGED = "flash-refused-managed";
    FLASH_SCIM_REVOKED = "flash-scim-revoked";
    FLASH_SCIM_MAPPED = "flash-scim-mapped";
    FIELD_SCIM_OWNER = "field-scim-owner";
    FIELD_SCIM_MANY = "field-scim-many";
    FIELD_SCIM_MEMBER = "field-scim-member";
    SCIM_PREVIEW_NONE = "scim-preview-none";
    SCIM_PREVIEW_GAIN = "scim-preview-gain"; // count
    SCIM_PREVIEW_LOSE = "scim-preview-lose"; // count
}
