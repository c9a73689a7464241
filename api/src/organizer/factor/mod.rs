//! One's own second factors: passkeys, an authenticator app and recovery codes.
//!
//! Enrolling, removing and new codes ask for a fresh proof. These pages stay open to who must have a factor and has none
//! yet, when nothing else is.

mod codes;
mod enrol;
mod passkeys;
mod phone;
mod show;

pub(super) use passkeys::{json, no_challenge, refusal_of, relying_party};
pub(super) use phone::form as sms_form;

use bilten_kernel::TenantId;
use bilten_sso::factors::FactorKey;

use crate::http::{
    AppState, FACTOR,
    registry::{Access, Face, Repeat, Route},
};

const CONFIRMATION: &str = "/manage/account/factor/confirmation";
const REMOVAL: &str = "/manage/account/factor/removal";
const PASSKEYS: &str = "/manage/account/passkeys";
const PASSKEY_OPTIONS: &str = "/manage/account/passkeys/options";
const PASSKEY_REMOVAL: &str = "/manage/account/passkeys/removal";
const PHONE: &str = "/manage/account/phone";
const PHONE_CONFIRMATION: &str = "/manage/account/phone/confirmation";
const PHONE_REMOVAL: &str = "/manage/account/phone/removal";
const CODES: &str = "/manage/account/factor/codes";
const CODES_TXT: &str = "/manage/account/factor/codes.txt";

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Session);
    vec![
        Route::get(FACTOR, face, access, show::show).for_set_up(),
        Route::post(FACTOR, face, access, enrol::begin)
            .fresh()
            .for_set_up()
            .repeats(Repeat::State),
        Route::post(CONFIRMATION, face, access, enrol::confirm)
            .for_set_up()
            .repeats(Repeat::State),
        Route::post(REMOVAL, face, access, enrol::remove)
            .fresh()
            .repeats(Repeat::State),
        Route::post(PASSKEY_OPTIONS, face, access, passkeys::options)
            .fresh()
            .for_set_up()
            .repeats(Repeat::Harmless),
        Route::post(PASSKEYS, face, access, passkeys::create)
            .for_set_up()
            .repeats(Repeat::State),
        Route::post(PASSKEY_REMOVAL, face, access, passkeys::remove)
            .fresh()
            .repeats(Repeat::State),
        Route::post(PHONE, face, access, phone::begin)
            .fresh()
            .for_set_up()
            .repeats(Repeat::Harmless),
        Route::post(PHONE_CONFIRMATION, face, access, phone::confirm)
            .for_set_up()
            .repeats(Repeat::State),
        Route::post(PHONE_REMOVAL, face, access, phone::remove)
            .fresh()
            .repeats(Repeat::State),
        Route::post(CODES, face, access, codes::renew)
            .fresh()
            .repeats(Repeat::State),
        Route::post(CODES_TXT, face, access, codes::download)
            .for_set_up()
            .repeats(Repeat::Harmless),
    ]
}

/// Derives the keys under which a tenant's factors are kept.
pub(crate) fn key_of(state: &AppState, tenant: TenantId) -> FactorKey {
    FactorKey {
        seal: state.master_key.derive("factor secret", tenant),
        hash: state.master_key.derive("recovery code", tenant),
    }
}
