//! Values that must never reach a log.

use std::fmt;

/// Wraps a value that no formatter shows. There is no `Display` and no `Serialize`, so that a page, an answer or a row
/// cannot hold it by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps the value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Gives access, at a place that a reader can find by this word.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;

    /// Asks whether a type can be written out: what is said of the type itself goes before what is said of all.
    struct Probe<T>(PhantomData<T>);
    trait Hidden {
        const IS_DISPLAYED: bool = false;
        const IS_SERIALIZED: bool = false;
    }
    impl<T> Hidden for Probe<T> {}
    impl<T: fmt::Display> Probe<T> {
        const IS_DISPLAYED: bool = true;
    }
    impl<T: serde::Serialize> Probe<T> {
        const IS_SERIALIZED: bool = true;
    }

    #[test]
    fn a_secret_can_be_written_nowhere() {
        const { assert!(Probe::<String>::IS_DISPLAYED && Probe::<String>::IS_SERIALIZED) };
        const { assert!(!Probe::<Secret<String>>::IS_DISPLAYED && !Probe::<Secret<String>>::IS_SERIALIZED) };
    }

    /// What holds a secret, as a configuration does.
    #[derive(Debug)]
    #[expect(dead_code, reason = "it is only formatted")]
    struct Holder {
        name: &'static str,
        key: Secret<String>,
        keys: Vec<Secret<[u8; 2]>>,
    }

    #[test]
    fn no_formatter_shows_a_secret_however_deep_it_lies() {
        let holder = Holder {
            name: "shop",
            key: Secret::new("whsec_1".to_owned()),
            keys: vec![Secret::new([171, 205])],
        };
        for shown in [
            format!("{holder:?}"),
            format!("{holder:#?}"),
            format!("{:?}", holder.key),
        ] {
            let is_told = ["whsec", "171", "205", "ab"].iter().any(|part| shown.contains(part));
            assert!(!is_told && shown.contains("Secret(…)"), "{shown}");
        }
    }
}
