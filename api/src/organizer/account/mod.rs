//! The pages of a member of staff about himself: profile, password, where he is logged in, and the proof that it is
//! still he.
//!
//! Nothing here names an account: everything is about the one whose session asks.

mod confirm;
mod password;
mod profile;
mod sessions;
mod show;

pub(super) use password::refusal as password_refusal;
pub(crate) use show::device;

use crate::http::{
    CONFIRMATION,
    registry::{Access, Face, Repeat, Route},
};

/// Page of one's own account.
pub(crate) const ACCOUNT: &str = "/manage/account";

const PROFILE: &str = "/manage/account/profile";
const PASSWORD: &str = "/manage/account/password";
const CONFIRMATION_PASSKEY: &str = "/manage/confirmation/passkey";
const CONFIRMATION_OPTIONS: &str = "/manage/confirmation/passkey/options";
const CONFIRMATION_SMS: &str = "/manage/confirmation/sms";
const ENDINGS: &str = "/manage/account/endings";

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Session);
    vec![
        Route::get(ACCOUNT, face, access, show::show),
        Route::post(PROFILE, face, access, profile::save).repeats(Repeat::State),
        Route::post(PASSWORD, face, access, password::save).repeats(Repeat::State),
        Route::post(ENDINGS, face, access, sessions::end).repeats(Repeat::State),
        Route::get(CONFIRMATION, face, access, confirm::show).for_set_up(),
        Route::post(CONFIRMATION, face, access, confirm::create)
            .for_set_up()
            .repeats(Repeat::Harmless),
        Route::post(CONFIRMATION_OPTIONS, face, access, confirm::options)
            .for_set_up()
            .repeats(Repeat::Harmless),
        Route::post(CONFIRMATION_SMS, face, access, confirm::send)
            .for_set_up()
            .repeats(Repeat::Harmless),
        Route::post(CONFIRMATION_PASSKEY, face, access, confirm::create_with_passkey)
            .for_set_up()
            .repeats(Repeat::State),
    ]
}
