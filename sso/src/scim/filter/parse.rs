//! Reads a filter (RFC 7644 §3.4.2.2): `or` binds weaker than `and`, `not` wants brackets.

use serde_json::{Number, Value};

use super::{
    Filter, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Op, Place,
    lex::{self, Token},
};
use crate::scim::{
    Fault,
    schema::{Attribute, Found, Model, Type},
};

/// What names mean: those of a resource, or those of the parts of one attribute.
#[derive(Clone, Copy)]
pub(crate) enum Names {
    Model(&'static Model),
    Parts(&'static Attribute),
}

struct Parser {
    tokens: std::vec::IntoIter<Token>,
    next: Option<Token>,
    terms: usize,
}

/// Reads a whole filter.
pub(crate) fn parse(text: &str, names: Names) -> Result<Filter, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(Fault::filter("The filter is too long."));
    }
    let mut tokens = lex::read(text)?.into_iter();
    let next = tokens.next();
    let mut parser = Parser { tokens, next, terms: 0 };
    let filter = parser.either(names, 0)?;
    match parser.next {
        None => Ok(filter),
        Some(_) => Err(Fault::filter("Something stands behind the end of the filter.")),
    }
}

impl Parser {
    fn take(&mut self) -> Option<Token> {
        std::mem::replace(&mut self.next, self.tokens.next())
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let is_it = matches!(&self.next, Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        if is_it {
            self.take();
        }
        is_it
    }

    fn expect(&mut self, token: &Token, detail: &'static str) -> Result<(), Fault> {
        if self.take().as_ref() == Some(token) {
            Ok(())
        } else {
            Err(Fault::filter(detail))
        }
    }

    fn either(&mut self, names: Names, depth: usize) -> Result<Filter, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::filter("The filter is nested too deeply."));
        }
        let mut all = vec![self.both(names, depth)?];
        while self.skip_word("or") {
            all.push(self.both(names, depth)?);
        }
        Ok(one_or(all, Filter::Or))
    }

    fn both(&mut self, names: Names, depth: usize) -> Result<Filter, Fault> {
        let mut all = vec![self.term(names, depth)?];
        while self.skip_word("and") {
            all.push(self.term(names, depth)?);
        }
        Ok(one_or(all, Filter::And))
    }

    fn term(&mut self, names: Names, depth: usize) -> Result<Filter, Fault> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(Fault::filter("The filter has too many conditions."));
        }
        match self.take() {
            Some(Token::Open) => {
                let inner = self.either(names, depth + 1)?;
                self.expect(&Token::Close, "A bracket is not closed.")?;
                Ok(inner)
            }
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("not") && self.next == Some(Token::Open) => {
                self.take();
                let inner = self.either(names, depth + 1)?;
                self.expect(&Token::Close, "A bracket is not closed.")?;
                Ok(Filter::Not(Box::new(inner)))
            }
            Some(Token::Word(name)) => self.condition(names, &name, depth),
            _ => Err(Fault::filter("The name of an attribute is wanted.")),
        }
    }

    fn condition(&mut self, names: Names, name: &str, depth: usize) -> Result<Filter, Fault> {
        let place = place(names, name)?;
        if self.next == Some(Token::OpenBracket) {
            return self.within(place, depth);
        }
        let Some(Token::Word(word)) = self.take() else {
            return Err(Fault::filter("An operator is wanted."));
        };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(place));
        }
        let op = Op::find(&word).ok_or_else(|| Fault::filter("There is no such operator."))?;
        let value = self.value()?;
        compare(place, op, value)
    }

    /// `emails[type eq "work"]`, perhaps followed by `.value eq "…"`.
    fn within(&mut self, place: Place, depth: usize) -> Result<Filter, Fault> {
        if place.sub.is_some() || place.attribute.sub_attributes.is_empty() {
            return Err(Fault::filter("Only attributes that have parts are filtered by them."));
        }
        self.take();
        let parts = Names::Parts(place.attribute);
        let mut inner = self.either(parts, depth + 1)?;
        self.expect(&Token::CloseBracket, "A bracket is not closed.")?;
        if let Some(Token::Word(word)) = &self.next
            && let Some(part) = word.strip_prefix('.')
        {
            let part = part.to_owned();
            self.take();
            inner = Filter::And(vec![inner, self.condition(parts, &part, depth + 1)?]);
        }
        Ok(Filter::Within(place, Box::new(inner)))
    }

    fn value(&mut self) -> Result<Value, Fault> {
        match self.take() {
            Some(Token::Text(text)) => Ok(Value::String(text)),
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                "null" => Ok(Value::Null),
                number => match number.parse::<i64>() {
                    Ok(number) => Ok(Value::Number(Number::from(number))),
                    Err(_) => Err(Fault::filter(
                        "A value is a text in quotes, a number, true, false or null.",
                    )),
                },
            },
            _ => Err(Fault::filter("A value is wanted.")),
        }
    }
}

fn one_or(mut all: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        last => {
            all.extend(last);
            many(all)
        }
    }
}

fn place(names: Names, name: &str) -> Result<Place, Fault> {
    let unknown = || Fault::filter("The filter names an attribute that there is not.");
    match names {
        Names::Model(model) => match model.find(name) {
            Some(Found::Attribute(target)) => Ok(Place {
                extension: target.extension,
                attribute: target.attribute,
                sub: target.sub,
            }),
            _ => Err(unknown()),
        },
        Names::Parts(attribute) => Ok(Place {
            extension: None,
            attribute: attribute.sub(name).ok_or_else(unknown)?,
            sub: None,
        }),
    }
}

/// Checks that the value can be one of the attribute; texts that mean true or false are taken for it.
fn compare(mut place: Place, op: Op, value: Value) -> Result<Filter, Fault> {
    if place.sub.is_none() && place.attribute.kind == Type::Complex {
        let main = place.attribute.main();
        place.sub = Some(main.ok_or_else(|| Fault::filter("An attribute with parts is compared by one of them."))?);
    }
    let kind = place.last().kind;
    let value = match (kind, value) {
        (_, Value::Null) if matches!(op, Op::Eq | Op::Ne) => Value::Null,
        (Type::Boolean, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err(wrong()),
        },
        (Type::Boolean, value @ Value::Bool(_))
        | (Type::String | Type::Reference | Type::DateTime, value @ Value::String(_))
        | (Type::Integer, value @ Value::Number(_)) => value,
        _ => return Err(wrong()),
    };
    if value.is_boolean() && !matches!(op, Op::Eq | Op::Ne) {
        return Err(Fault::filter("True and false are only equal or not."));
    }
    Ok(Filter::Compare(place, op, value))
}

fn wrong() -> Fault {
    Fault::filter("The value is of another type than the attribute.")
}
