//! Staff and buyers of the demo. Addresses are under `example.com`, which belongs to nobody
//! (RFC 2606); staff are called by their role, buyers by a given name and a number.

use bilten_core::MasterKey;
use bilten_kernel::{Ctx, Email, PersonName, TenantId};
use bilten_sso::{
    accounts::{self, CreateError, NewAccount},
    operators::{self, NewOperator},
};
use bilten_tenancy::permissions::{self, Role};
use data_encoding::BASE32_NOPAD;

use super::{dice::Dice, file::Login};
use crate::http::AppState;

/// Given names of many languages.
const GIVEN_NAMES: [&str; 40] = [
    "Aino", "Alva", "Amina", "Anders", "Bea", "Bo", "Chidi", "Dag", "Elif", "Embla", "Emil", "Eva", "Farah", "Finn",
    "Greta", "Hana", "Ida", "Ilya", "Ines", "Jin", "Jonas", "Kai", "Lea", "Liv", "Luca", "Maja", "Mateo", "Mina",
    "Nils", "Noor", "Oda", "Omar", "Paula", "Ravi", "Runa", "Sami", "Siri", "Tove", "Yara", "Zoe",
];

/// Member of the staff that every shop has.
pub const STAFF: [(Role, &str, &str); 5] = [
    (Role::Owner, "owner", "Owner"),
    (Role::EventManager, "events", "Event manager"),
    (Role::DoorStaff, "door", "Door staff"),
    (Role::Finance, "finance", "Finance"),
    (Role::Marketing, "marketing", "Marketing"),
];

/// Members whose role is for one event, has an end, or is of the shop's own (`team`).
const FURTHER: [(&str, &str); 3] = [
    ("boxoffice", "Box office"),
    ("auditor", "Auditor"),
    ("guests", "Guest services"),
];

/// Makes the operator unless there is one, and returns the log-in.
pub async fn ensure_operator(state: &AppState, ctx: &Ctx) -> anyhow::Result<Login> {
    let login = login(&state.master_key, "platform", "operator");
    let password_hash = state.passwords.hash(&login.password.parse()?, ctx.random()).await;
    let new = NewOperator {
        email: login.email.parse()?,
        name: "Operator".parse()?,
        password_hash,
    };
    let mut tx = state.platform.begin().await?;
    // `None`: an earlier run made it, with the same password.
    operators::create(&mut tx, ctx, &new).await?;
    tx.commit().await?;
    Ok(login)
}

/// Makes the members of the staff that a new shop does not have yet.
pub async fn ensure_staff(state: &AppState, ctx: &Ctx, shop: &str) -> anyhow::Result<()> {
    let staff = STAFF.map(|(role, word, name)| (Some(role), word, name));
    let further = FURTHER.map(|(word, name)| (None, word, name));
    for (role, word, name) in staff.into_iter().chain(further) {
        let login = login(&state.master_key, shop, word);
        let password_hash = state.passwords.hash(&login.password.parse()?, ctx.random()).await;
        let new = NewAccount {
            email: login.email.parse()?,
            name: name.parse()?,
            password_hash,
        };
        let mut tx = state.db.begin(ctx).await?;
        match accounts::create(&mut tx, ctx, &new).await {
            Ok(account) => {
                if let Some(role) = role {
                    permissions::assign(&mut tx, ctx, account, role, None).await?;
                }
            }
            Err(CreateError::EmailTaken) => {}
            Err(CreateError::Db(error)) => return Err(error.into()),
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Address and password of a log-in. The password follows from the installation's master key, so
/// that a run which was interrupted can be finished.
pub fn login(master: &MasterKey, shop: &str, word: &str) -> Login {
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    let key = master.derive(&format!("demo password:{shop}:{word}"), nobody);
    let password = BASE32_NOPAD.encode(&key.expose()[..10]).to_lowercase();
    Login {
        email: format!("{word}@{shop}.example.com"),
        password,
    }
}

/// Somebody who buys.
pub fn buyer(dice: &Dice) -> (Email, PersonName) {
    let index = usize::try_from(dice.below(40)).unwrap_or(0);
    let name = GIVEN_NAMES[index];
    let email = format!("{}.{:04}@example.com", name.to_lowercase(), dice.below(10_000));
    let parsed = email.parse().ok().zip(name.parse().ok());
    parsed.expect("names of the list make valid addresses")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_makes_a_buyer_and_passwords_repeat() {
        let dice = Dice::new(3);
        for _ in 0..200 {
            assert!(buyer(&dice).0.as_str().ends_with("@example.com"));
        }
        let master = MasterKey::new([1; 32]);
        let (a, b) = (login(&master, "nordlys", "owner"), login(&master, "nordlys", "owner"));
        assert_eq!(a.password, b.password);
        assert_eq!(a.password.len(), 16);
        assert_ne!(a.password, login(&master, "devconf", "owner").password);
    }
}
