//! Log-in and log-out of operators.

mod create;
mod delete;
mod show;

use bilten_branding::views::platform::PlatformLoginView;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/login", Face::Platform, Access::Public, show::show),
        Route::post("/login", Face::Platform, Access::Public, create::create).repeats(Repeat::Harmless),
        Route::post("/logout", Face::Platform, Access::Operator, delete::delete).repeats(Repeat::Harmless),
    ]
}

fn view(email: &str) -> PlatformLoginView {
    PlatformLoginView {
        action: "/login".to_owned(),
        email: email.to_owned(),
        error: None,
    }
}
