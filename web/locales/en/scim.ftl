# Provisioning of staff by a directory (SCIM).
section-scim = Provisioning
scim-title = Provisioning (SCIM)
scim-lead = Let your directory look after your staff: whom it adds gets an account, and whom it removes is out at once, on every device.
scim-connect = Connect your directory
scim-base-url = Base URL
scim-copy = Copy
scim-no-domain = Only people of a verified mail domain are taken. Verify yours first.
scim-no-domain-link = Mail domains
scim-guide-entra = Microsoft Entra
scim-guide-entra-1 = In the Entra admin centre open Enterprise applications, create an application of your own, and open “Provisioning”.
scim-guide-entra-2 = Choose “Automatic”, paste the base URL as tenant URL and a token as secret token, and test the connection.
scim-guide-entra-3 = Assign users and groups, map “mail” to the primary work address, and start provisioning. Then give roles to the groups below.
scim-guide-okta = Okta
scim-guide-okta-1 = In the Okta admin console add the application “SCIM 2.0 Test App (OAuth Bearer Token)” or your own with SCIM provisioning.
scim-guide-okta-2 = Paste the base URL and a token, and switch on: create users, update user attributes, deactivate users.
scim-guide-okta-3 = Assign people, push the groups that shall give roles, and give roles to them below.
scim-tokens = Tokens
scim-tokens-lead = Two may live at once, so that a new one can take the place of the old one.
scim-made = Token “{ $name }”
scim-once = Copy it now: it is not shown again.
scim-copy-token = Copy the token
scim-tokens-none = No token yet. Your directory needs one.
scim-made-at = made { $at }
scim-used = last used { $at }
scim-unused = never used
scim-until = ends { $at }
scim-over = Ended
scim-revoke = End
scim-revoke-of = End the token { $name }
scim-new = New token
scim-name = Name
scim-last-day = Last day
scim-make = Make a token
scim-owner-only = Only an owner makes tokens: whoever has one decides who is who.
scim-full = Two tokens live. End one to make another.
scim-groups = Groups and roles
scim-groups-lead = What a group gives is given to its members in the whole shop. A new name of the group changes nothing.
scim-groups-none = No groups yet. Your directory sends them when provisioning starts.
scim-group-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
scim-group-nothing = gives nothing
scim-group-change = Change
scim-group-change-of = Change what { $name } gives
scim-group-lead = Everybody in this group holds these roles in the whole shop.
scim-group-roles = Roles
scim-group-see = Show what changes
scim-group-save = Save
scim-preview-none = Nothing changes for anybody.
scim-preview-gain = { $count ->
    [one] { $count } person gets a role.
   *[other] { $count } people get a role.
}
scim-preview-lose = { $count ->
    [one] { $count } person loses a role.
   *[other] { $count } people lose a role.
}
scim-requests = Last requests
scim-requests-kept = Kept for seven days, without persons.
scim-requests-all = All
scim-requests-failed = Failed
scim-requests-none = Your directory has asked for nothing yet.
scim-requests-none-failed = Nothing failed.
scim-when = When
scim-what = Request
scim-outcome = Answer
team-given-by-group = by the group { $name } of the directory
flash-refused-managed = Your directory looks after this person. Change it there.
flash-scim-revoked = The token is ended.
flash-scim-mapped = The group gives these roles now.
field-scim-owner = Only an owner makes tokens.
field-scim-many = Two tokens live. End one first.
field-scim-member = Somebody in the group is the last owner, or there would be more than five owners.
audit-actor-directory = Directory
act-account-enabled = Account let in again
act-directory-user-created = Person provisioned
act-directory-user-changed = Person changed by the directory
act-directory-user-deactivated = Person deactivated by the directory
act-directory-user-activated = Person activated by the directory
act-directory-user-deleted = Person deleted by the directory
act-directory-group-created = Group of the directory made
act-directory-group-changed = Group of the directory changed
act-directory-group-deleted = Group of the directory deleted
act-directory-group-mapped = Roles of a group set
act-scim-token-created = Provisioning token made
act-scim-token-revoked = Provisioning token ended
