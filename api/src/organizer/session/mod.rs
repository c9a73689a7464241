//! Log-in and log-out of staff.

mod create;
mod delete;
mod show;

use bilten_branding::views::console::LoginView;
pub(crate) use create::Refused;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/manage/login", Face::Organizer, Access::Public, show::show),
        Route::post("/manage/login", Face::Organizer, Access::Public, create::create).repeats(Repeat::Harmless),
        Route::post("/manage/logout", Face::Organizer, Access::Session, delete::delete).repeats(Repeat::Harmless),
    ]
}

fn view(email: &str, next: Option<String>) -> LoginView {
    LoginView {
        action: "/manage/login".to_owned(),
        email: email.to_owned(),
        next,
        error: None,
    }
}
