//! Words of a filter.

use serde_json::Value;

use crate::scim::Fault;

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Name, operator, or a value without quotes.
    Word(String),
    /// Text in quotes.
    Text(String),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
}

/// Takes a filter apart.
pub(super) fn read(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            _ if c.is_whitespace() => c.len_utf8(),
            '(' => push(&mut tokens, Token::Open),
            ')' => push(&mut tokens, Token::Close),
            '[' => push(&mut tokens, Token::OpenBracket),
            ']' => push(&mut tokens, Token::CloseBracket),
            '"' => {
                let end = closing_quote(rest).ok_or_else(|| Fault::filter("A quote is not closed."))?;
                let quoted = rest.get(..end).unwrap_or_default();
                let Ok(Value::String(text)) = serde_json::from_str(quoted) else {
                    return Err(Fault::filter("A text in quotes is not one of JSON."));
                };
                tokens.push(Token::Text(text));
                end
            }
            _ if is_word(c) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(rest.get(..end).unwrap_or_default().to_owned()));
                end
            }
            _ => return Err(Fault::filter("A character has no meaning in a filter.")),
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(tokens)
}

fn push(tokens: &mut Vec<Token>, token: Token) -> usize {
    tokens.push(token);
    1
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '_' | '-' | '$' | '+')
}

/// Where the text in quotes ends with which `rest` begins.
fn closing_quote(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}
