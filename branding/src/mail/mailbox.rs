//! The development mailbox: mails as files below the data directory, one folder per tenant.
//!
//! `<data dir>/mail/<tenant uuid>/<time>-<id>.json`, written whole and renamed, so that a reader never sees half a mail.
//! A mail that comes again, because its sender died before it could note that it was sent, takes the place of the first: the
//! name of its file is kept in `names/<id>`, written before the mail.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bilten_kernel::TenantId;
use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, Mail, MailError, Mailer};

/// Folder with the name of each mail's file, by the mail's id.
const NAMES: &str = "names";
/// Most mails a list shows.
pub const MAX_LISTED: usize = 200;

/// Writes mails to files and reads them again.
#[derive(Debug, Clone)]
pub struct DevMailbox {
    root: PathBuf,
}

/// A mail as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMail {
    /// Name of the file without ending; unique and sorted by time.
    pub name: String,
    /// Whose mail it is (UUID).
    pub tenant: uuid::Uuid,
    /// When it was written.
    pub at: Timestamp,
    /// Sender.
    pub from: Address,
    /// Recipient.
    pub to: Address,
    /// Subject.
    pub subject: String,
    /// Plain-text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Files.
    pub attachments: Vec<StoredAttachment>,
}

/// A file of a stored mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAttachment {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Name for `cid:`.
    pub content_id: Option<String>,
    /// Content in base64.
    pub base64: String,
}

impl StoredMail {
    /// Returns the HTML part with its pictures inside (`data:` in the place of `cid:`), for looking at.
    pub fn html_for_viewing(&self) -> String {
        self.attachments
            .iter()
            .fold(self.html.clone(), |html, file| match &file.content_id {
                Some(id) => html.replace(
                    &format!("cid:{id}\""),
                    &format!("data:{};base64,{}\"", file.media_type, file.base64),
                ),
                None => html,
            })
    }
}

impl DevMailbox {
    /// Keeps mails below `<data dir>/mail`.
    pub fn new(data_dir: &Path) -> Self {
        Self {
            root: data_dir.join("mail"),
        }
    }

    /// Lists the mails of a tenant, or of all, newest first, at most [`MAX_LISTED`].
    ///
    /// # Errors
    /// A folder cannot be read; one that does not exist is empty.
    pub async fn list(&self, tenant: Option<TenantId>) -> std::io::Result<Vec<StoredMail>> {
        let mut files = Vec::new();
        match tenant {
            Some(tenant) => files.extend(self.files(tenant.uuid()).await?),
            None => {
                for folder in entries(&self.root).await? {
                    if let Ok(tenant) = folder.parse() {
                        files.extend(self.files(tenant).await?);
                    }
                }
            }
        }
        files.sort_by(|a, b| b.file_name().cmp(&a.file_name()));
        files.truncate(MAX_LISTED);
        let mut mails = Vec::with_capacity(files.len());
        for file in files {
            mails.extend(read(&file).await?);
        }
        Ok(mails)
    }

    /// Finds one mail of a tenant (or of any) by the name of its file.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub async fn find(&self, tenant: Option<TenantId>, name: &str) -> std::io::Result<Option<StoredMail>> {
        if !name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return Ok(None);
        }
        let folders = match tenant {
            Some(tenant) => vec![tenant.uuid().to_string()],
            None => entries(&self.root).await?,
        };
        for folder in folders {
            if let Some(mail) = read(&self.root.join(folder).join(format!("{name}.json"))).await? {
                return Ok(Some(mail));
            }
        }
        Ok(None)
    }

    async fn files(&self, tenant: uuid::Uuid) -> std::io::Result<Vec<PathBuf>> {
        let folder = self.root.join(tenant.to_string());
        let names = entries(&folder).await?;
        Ok(names
            .into_iter()
            .filter(|n| Path::new(n).extension().is_some_and(|ending| ending == "json"))
            .map(|n| folder.join(n))
            .collect())
    }

    async fn write(&self, mail: &Mail, at: Timestamp) -> std::io::Result<()> {
        let folder = self.root.join(mail.tenant.uuid().to_string());
        tokio::fs::create_dir_all(&folder).await?;
        let id: String = mail
            .id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .take(64)
            .collect();
        let name = name_of(&folder.join(NAMES), &id, at).await?;
        let file = folder.join(format!("{name}.json"));
        let bytes = serde_json::to_vec_pretty(&stored(mail, name, at))?;
        let draft = file.with_extension("part");
        tokio::fs::write(&draft, bytes).await?;
        tokio::fs::rename(&draft, &file).await
    }
}

#[async_trait]
impl Mailer for DevMailbox {
    async fn send(&self, mail: &Mail, now: Timestamp) -> Result<(), MailError> {
        // The message is built too, so that a malformed one fails in development already.
        super::smtp::message(mail, now)?;
        self.write(mail, now)
            .await
            .map_err(|error| MailError::Later(Box::new(error)))
    }
}

/// Returns the name that a mail got when it came first, or gives it one.
async fn name_of(names: &Path, id: &str, at: Timestamp) -> std::io::Result<String> {
    let note = names.join(id);
    match tokio::fs::read_to_string(&note).await {
        Ok(name) if !name.is_empty() => return Ok(name),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => tokio::fs::create_dir_all(names).await?,
        Err(error) => return Err(error),
    }
    let name = format!("{}-{id}", at.strftime("%Y%m%dT%H%M%S%3f"));
    tokio::fs::write(&note, &name).await?;
    Ok(name)
}

fn stored(mail: &Mail, name: String, at: Timestamp) -> StoredMail {
    let attachments = mail.attachments.iter().map(|file| StoredAttachment {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        content_id: file.content_id.clone(),
        base64: BASE64.encode(&file.bytes),
    });
    StoredMail {
        name,
        tenant: mail.tenant.uuid(),
        at,
        from: mail.from.clone(),
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        attachments: attachments.collect(),
    }
}

async fn entries(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut listing = match tokio::fs::read_dir(folder).await {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    while let Some(entry) = listing.next_entry().await? {
        names.extend(entry.file_name().into_string());
    }
    Ok(names)
}

async fn read(file: &Path) -> std::io::Result<Option<StoredMail>> {
    match tokio::fs::read(file).await {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(id: &str, tenant: TenantId, subject: &str) -> Mail {
        let somebody = |email: &str| Address {
            name: String::new(),
            email: email.to_owned(),
        };
        Mail {
            id: id.to_owned(),
            tenant,
            from: somebody("tickets@example.org"),
            reply_to: None,
            to: somebody("ada@example.org"),
            subject: subject.to_owned(),
            text: "Text".to_owned(),
            html: "<p>Text</p>".to_owned(),
            attachments: Vec::new(),
        }
    }

    #[tokio::test]
    async fn a_mail_that_is_sent_again_is_one_mail_and_another_is_another() {
        let folder = std::env::temp_dir().join(format!("mailbox-{}", std::process::id()));
        let mailbox = DevMailbox::new(&folder);
        let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(1));
        let other = TenantId::from_uuid(uuid::Uuid::from_u128(2));
        let at = |second| Timestamp::from_second(second).unwrap();
        mailbox.send(&mail("ord_1", tenant, "first"), at(1)).await.unwrap();
        mailbox.send(&mail("ord_11", tenant, "another"), at(2)).await.unwrap();
        mailbox
            .send(&mail("ord_1", other, "a stranger's"), at(3))
            .await
            .unwrap();
        mailbox.send(&mail("ord_1", tenant, "again"), at(4)).await.unwrap();
        let subjects = |mails: Vec<StoredMail>| mails.into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
        assert_eq!(
            subjects(mailbox.list(Some(tenant)).await.unwrap()),
            ["another", "again"]
        );
        assert_eq!(subjects(mailbox.list(Some(other)).await.unwrap()), ["a stranger's"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
