//! Keys of the team, its roles and keys.

texts! {
    FIELD_ROLE_NOT_HELD = "field-role-not-held"; // permission
    FIELD_ROLE_OWNERS = "field-role-owners";
    FIELD_ROLE_HELD = "field-role-held";
    FIELD_ROLE_PLACE = "field-role-place";
    FIELD_ROLE_END = "field-role-end";
    FIELD_ROLE_OWNER_ENDS = "field-role-owner-ends";
    FIELD_INVITATIONS_MANY = "field-invitations-many";
    FIELD_ROLE_NAME_TAKEN = "field-role-name-taken";
    FIELD_ROLE_EMPTY = "field-role-empty";
    FIELD_ROLES_MANY = "field-roles-many";
    FIELD_KEY_SCOPES = "field-key-scopes";
    FIELD_KEY_NETWORKS = "field-key-networks";
    FIELD_KEYS_MANY = "field-keys-many";
}
