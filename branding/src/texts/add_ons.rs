//! Keys of add-ons.

texts! {
    ADD_ON_NAMED = "add-on-named"; // name
    ERROR_ADD_ONS = "error-add-ons";
    ERROR_ADD_ON_ALONE = "error-add-on-alone";
    ERROR_ADD_ON_MANY = "error-add-on-many"; // most
    FIELD_PER_ADMISSION = "field-per-admission";
    FIELD_KIND_SETTLED = "field-kind-settled";
    FIELD_ORPHANS = "field-orphans"; // count
    RETURN_ADD_ONS = "return-add-ons"; // count
    DOOR_REDEEMED = "door-redeemed"; // name
    DOOR_SALE_ADD_ON = "door-sale-add-on"; // most
}
