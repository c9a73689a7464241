//! Two processes of the program on two databases of one server. They take turns; the one that is not measured is stopped
//! meanwhile, so that it takes nothing.

use std::time::Duration;

use bilten_tests::report as tell;

use crate::{
    machine,
    measure::{self, Samples},
    stage::Program,
    work::{Target, Task},
};

/// Clients of most comparisons.
pub const CROWD: usize = 256;

/// Two processes that take turns.
pub struct Pair<'a> {
    pub base: &'a Program,
    pub other: &'a Program,
}

impl Pair<'_> {
    fn switch(&self, is_ours: bool) -> anyhow::Result<()> {
        machine::set_paused(self.base.id(), is_ours)?;
        machine::set_paused(self.other.id(), !is_ours)
    }

    /// Measures both with so many clients each; the figure of the base comes second.
    pub async fn measure(
        &self,
        (task, name): (Task, &'static str),
        (base, other): (&Target, &Target),
        (clients, time): (usize, Duration),
    ) -> anyhow::Result<(Samples, u64)> {
        let mut ours = other.team(task, clients).await?;
        let mut limit = base.team(task, clients).await?;
        let result = measure::in_turns(&mut ours, &mut limit, time, |is_ours| self.switch(is_ours)).await;
        machine::set_paused(self.base.id(), false)?;
        machine::set_paused(self.other.id(), false)?;
        let (samples, limit) = result?;
        tell(&format!(
            "{name}: {}/s, beside {}/s",
            samples.per_second(),
            limit.per_second()
        ));
        Ok((samples, limit.per_second()))
    }
}
