//! Asks the tax registers whether a buyer's number for value added tax is known (docs/adr/0029).
//!
//! ```text
//! number ──▶ evidence of the last day? ──▶ register (no transaction) ──▶ evidence ──▶ valid | invalid
//!                                                             └─▶ unavailable: taxed, asked again by a job
//!                                                                      └─ valid later ──▶ correction for staff
//! ```
//! Invariants:
//! * Only what a register said makes a number valid. No answer, and no register to ask, is no answer: tax is taken.
//! * Every question leaves a row that never changes: number, register, answer, consultation number, time.
//! * Rows are the tenant's: what one shop asked helps no other, because the consultation number is the shop's proof.
//! * A shop's buyers ask so often an hour at most; beyond that there is no answer.
//! * No call stands inside a transaction. Numbers and names are never logged.
//!
//! Not here: which tax follows (`core::pricing`), and giving tax back, which staff decide.

mod brreg;
mod correction;
mod line;
mod recheck;
mod store;
mod uid;
mod vies;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use bilten_core::pricing::{self, Finding, VatId};
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{Db, DbError};
use jiff::SignedDuration;
use uuid::Uuid;

pub use brreg::Brreg;
pub use correction::{Correction, close_correction, list_corrections};
pub use line::{Line, LineConfig};
pub use recheck::{Recheck, queue_recheck};
pub use store::list_checks;
pub use uid::UidRegister;
pub use vies::Vies;

/// How long an answer counts.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long a register that did not answer is left alone by buyers.
const REST: SignedDuration = SignedDuration::from_secs(60);

/// Questions that buyers of one shop may have asked in an hour: nobody tries numbers out by us.
const MOST_AN_HOUR: i64 = 300;

/// A register of taxpayers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// The European Commission's, for all member states.
    Vies,
    /// Switzerland's.
    Uid,
    /// Norway's.
    Brreg,
}

impl Register {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vies => "vies",
            Self::Uid => "uid",
            Self::Brreg => "brreg",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Vies, Self::Uid, Self::Brreg]
            .into_iter()
            .find(|register| register.name() == name)
    }
}

/// What a register said of a number.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is known.
    Valid {
        /// Whose it is, where the register tells.
        name: Option<String>,
        /// Number by which the register proves that it was asked.
        consultation: Option<String>,
    },
    /// It is not known; asking again changes nothing.
    Invalid,
    /// There is no answer now; why, in a word of the register's or of the line's.
    Unavailable(String),
}

/// Names stay out of logs.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid { .. } => f.write_str("Valid"),
            Self::Invalid => f.write_str("Invalid"),
            Self::Unavailable(why) => write!(f, "Unavailable({why})"),
        }
    }
}

/// Asks one register.
#[async_trait]
pub trait VatIdCheck: fmt::Debug + Send + Sync {
    /// Which one.
    fn register(&self) -> Register;

    /// Tells whether it knows numbers of this kind.
    fn covers(&self, id: &VatId) -> bool;

    /// Asks. The requester is the shop's own number, for which the register may give a proof.
    async fn check(&self, id: &VatId, requester: Option<&VatId>) -> Answer;
}

/// One question and its answer, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Identity.
    pub id: Uuid,
    /// Number that was asked about.
    pub number: VatId,
    /// Who was asked.
    pub register: Register,
    /// What was said.
    pub answer: Answer,
    /// With which number of the shop.
    pub requester: Option<VatId>,
    /// When.
    pub asked_at: Timestamp,
}

impl Evidence {
    /// What follows for the tax.
    pub const fn finding(&self) -> Finding {
        match self.answer {
            Answer::Valid { .. } => Finding::Valid,
            Answer::Invalid => Finding::Invalid,
            Answer::Unavailable(_) => Finding::Unavailable,
        }
    }
}

/// What is known of a number, and by which evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// What is known.
    pub finding: Finding,
    /// The row that says so.
    pub check: Option<Uuid>,
}

impl From<&Evidence> for Found {
    fn from(evidence: &Evidence) -> Self {
        Self {
            finding: evidence.finding(),
            check: Some(evidence.id),
        }
    }
}

/// Whose patience a question is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// A buyer waits.
    Buyer,
    /// A job.
    Job,
}

/// Asks registers and keeps what they said. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct VatChecks {
    db: Db,
    registers: Arc<[Arc<dyn VatIdCheck>]>,
}

impl VatChecks {
    /// Takes the registers that this installation may ask; mostly none.
    pub fn new(db: Db, registers: Vec<Arc<dyn VatIdCheck>>) -> Self {
        Self {
            db,
            registers: registers.into(),
        }
    }

    /// Tells what is known of a number for a buyer: an answer of the last day, or the register's.
    ///
    /// # Errors
    /// The database refused.
    pub async fn check(&self, ctx: &Ctx, id: &VatId) -> Result<Found, DbError> {
        self.ask(ctx, id, Asker::Buyer).await
    }

    async fn ask(&self, ctx: &Ctx, id: &VatId, asker: Asker) -> Result<Found, DbError> {
        let Some(register) = self.registers.iter().find(|register| register.covers(id)) else {
            return Ok(Found::default());
        };
        let mut tx = self.db.begin(ctx).await?;
        let known = store::find_latest(&mut tx, id, ctx.now() - GOOD_FOR).await?;
        let requester = pricing::find_plan(&mut tx).await?.plan.vat_id;
        let hour_ago = ctx.now() - SignedDuration::from_hours(1);
        let is_too_often = asker == Asker::Buyer && store::has_asked(&mut tx, MOST_AN_HOUR, hour_ago).await?;
        tx.commit().await?;
        let is_enough = |known: &Evidence| match known.answer {
            Answer::Valid { .. } | Answer::Invalid => true,
            Answer::Unavailable(_) => asker == Asker::Buyer && known.asked_at > ctx.now() - REST,
        };
        if let Some(known) = known.filter(is_enough) {
            return Ok(Found::from(&known));
        }
        if is_too_often {
            return Ok(Found {
                finding: Finding::Unavailable,
                check: None,
            });
        }
        let answer = register.check(id, requester.as_ref()).await;
        let name = register.register().name();
        metrics::counter!("vat_checks_total", "register" => name, "answer" => store::answer_name(&answer)).increment(1);
        let evidence = Evidence {
            id: ctx.random_uuid(),
            number: id.clone(),
            register: register.register(),
            answer,
            requester,
            asked_at: ctx.now(),
        };
        let mut tx = self.db.begin(ctx).await?;
        store::insert(&mut tx, &evidence).await?;
        tx.commit().await?;
        Ok(Found::from(&evidence))
    }
}
