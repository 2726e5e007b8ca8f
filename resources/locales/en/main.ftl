## Start

starting = Starting…
cannot-start = Oriole cannot start
quit = Quit

## Signing in

welcome = Talk to your friends, whichever server they are on.
welcome-privacy = Your messages stay on this computer and your server.
welcome-freedom = No phone number, no tracking.
sign-in-title = Add your account
sign-in-below = Sign in with an XMPP (Jabber) address, or make a new one.
repair-title = Sign in again
repair-below = Correct what keeps this account from signing in.
address = Address
address-example = you@example.org
address-missing = Enter the address.
address-no-at = An address has an @ in it, as in you@example.org.
address-wrong = This cannot be an address. It looks like you@example.org.
address-meant = Did you mean { $address }?
password = Password
password-hint = Kept in this computer's keychain.
password-kept = Leave this empty to keep the password.
password-missing = Enter the password.
advanced = Server settings
server = Server address
server-example = chat.example.org
server-hint = Only if the server is not found by itself.
port = Port
port-wrong = A port is a number from 1 to 65535.
server-wrong = This cannot be a server. It looks like chat.example.org:5222.
security = Security
security-auto = Automatic
security-starttls = StartTLS
security-direct-tls = Direct TLS
security-plain = None (this computer only)
signing-in = Signing in…
sign-in-failed = Not signed in yet
sign-in = Sign in
cancel = Cancel

## A new account

create-account = Create account
create-address = Address you would like
create-address-hint = A name of your choice, an @, and the server that is to keep your account.
create-asking = Asking { $server } what it wants to know…
create-making = Creating the account…
create-anew = The server asks again. What you typed is still there; please look through it once more.
create-elsewhere = { $server } does not make accounts from here.
create-failed = No account yet
create-taken = This address is already in use. Choose another name, or sign in if it is yours.
create-not-acceptable = Something is missing or not good enough for the server. A longer password may help.
create-riddle = The answer to the picture was not accepted. Look at the picture again: it may be a new one.
create-not-allowed = { $server } does not let you create an account.
create-wait = { $server } has made too many accounts lately. Wait a while, and try again.
create-invitation = { $server } does not accept this invitation. It may have expired, or been used already.
create-refused = { $server } did not make the account.
create-said = The server says: { $said }
create-invited = You have been invited to this server.
create-invited-by = You have been invited by { $address }. They will be your first contact.
password-show = Show password
look-up = Looking for { $server }…
look-up-direct = Found { $server } · direct TLS on port { $port }
look-up-starttls = Found { $server } · StartTLS on port { $port }
look-up-no-server = No server named { $server } was found.
look-up-certificate = { $server } answers, but its certificate cannot be verified.
look-up-other = What answers at { $server } is not an XMPP server.
look-up-not-secure = The connection to { $server } cannot be secured.
look-up-silent = { $server } does not answer.

## Forms

form-missing = Please fill this in.
form-unseen = Something here cannot be shown.
form-optional = { $label } (optional)
form-email = E-mail
form-name = Full name
form-nick = Nickname
form-first = First name
form-last = Last name
form-street = Street
form-city = City
form-state = State or region
form-zip = Postal code
form-phone = Telephone
form-url = Website
form-date = Date

## The server's certificate

certificate-title = Is this your server?
certificate-below = The certificate for { $address } could not be verified. Nothing was sent.
certificate-self-signed = It was made by the server itself, not by a known authority.
certificate-unknown-issuer = Its issuer is not known on this computer.
certificate-expired = It has expired.
certificate-not-yet-valid = It is not valid yet.
certificate-wrong-name = It is not for { $name }.
certificate-not-the-pinned = It is not the certificate that was accepted for this account.
certificate-revoked = It was revoked.
certificate-other = It could not be verified: { $detail }
certificate-subject = Made out to
certificate-issuer = Issued by
certificate-names = For
certificate-validity = Valid
certificate-validity-value = { $from } to { $to }
certificate-sha256 = Fingerprint (SHA-256)
certificate-advice = Trust it only if whoever runs the server tells you that this is its fingerprint. Otherwise somebody may be in between, reading along.
certificate-trust = Trust this certificate for this account
certificate-own-server = That is normal for a server that you run yourself, and a warning sign on any other.
certificate-changed-title = This is not the certificate that you accepted
certificate-changed = If whoever runs the server has not told you about a new certificate, somebody is in between and wants to read along. Ask them before you go on. Compare the fingerprints: not one sign may differ from what they tell you.
certificate-was-verified = This account signed in before with a certificate that could be verified. A server that you know rarely loses that by itself: somebody may be in between. Ask whoever runs it before you go on.
certificate-before = Accepted before
certificate-now = Shown now
certificate-summary = Made out to { $subject }, issued by { $issuer }, valid until { $to }

## Accounts

state-offline = Offline
state-connecting = Connecting…
state-online = Available
state-waiting = Waiting to reconnect
connect-now = Connect now
change-account = Change…
accept-downgrade = Sign in anyway
add-account = Add another account
my-presence = You are
my-accounts = Accounts

## The connection doctor

doctor-open = What is wrong?
doctor-looking = Looking at the connection to { $server }…
doctor-looking-below = Every step is tried once. This can take a while.
doctor-unreachable = Can't reach { $server } yet
doctor-not-signed-in = Can't sign in to { $server } yet
doctor-failed-below = Here is how far Oriole got, and what you can do.
doctor-works = The connection to { $server } works
doctor-works-below = Every step went well.
doctor-answers = { $server } can be reached
doctor-answers-below = Signing in was not tried, because there is no password.
doctor-refused = The connection could not be looked at
step-resolve = Find the server
step-connect = Open a connection
step-secure = Secure it
step-sign-in = Sign in
step-ready = Be ready for messages
step-ready-found = Messages can come and go.
step-ms = { $ms } ms
step-ok = worked
step-failed = failed
step-skipped = not tried
step-now = trying…
found-records-silent = the name service did not say where the server is
found-records-failed = the name service failed ({ $detail })
found-by-proxy = { $place }, left to the proxy
found-proxy = through { $proxy }
found-sent-on = sent on to { $place }
found-acknowledges = acknowledges messages
doctor-doubt = The certificate could not be verified. { $why } { $remark }
doctor-certificate = Look at the certificate…
doctor-change-server = Change server or port…
doctor-change-security = Change server or security…
doctor-password = Enter the password again…
doctor-copy = Copy report
doctor-copied = Copied
close = Close

## An account

manage-account = Manage account
state-off = Switched off
account-enabled = Use this account
account-enabled-below = Switched off, it stays signed out and keeps its chats.
account-server-found = Found by itself
account-certificate = Certificate
account-pin-none = Verified by this computer
account-pin = Only this certificate is accepted (SHA-256)
account-pin-forget = Let this computer verify it again
disconnect = Disconnect
account-check = Check the connection…
account-remove = Remove…
account-remove-title = Remove { $address } from this computer?
account-remove-erases = Its chats, its contacts and its password are erased from this computer. They cannot be brought back.
account-remove-stays = Otherwise the account stays on its server, with whatever the server keeps.
account-remove-now = Remove and erase
change-title = Change account
change-below = Oriole signs in again with what you change.
save = Save

## The pages of an account

connection-open = Connection…
connection-title = Connection
connection-below = Oriole signs in again with what you change.
account-encryption = Encryption
account-since = Connected since
account-resumed = { $since }, went on at { $time }
proxy = Proxy
proxy-none = None
proxy-socks5 = SOCKS5
proxy-http = HTTP (CONNECT)
proxy-host = Proxy's address
proxy-host-wrong = Enter the proxy's name or number, as in 127.0.0.1.
proxy-port-wrong = Enter the proxy's port, a number from 1 to 65535.
proxy-user = User (if it wants one)
proxy-user-wrong = This name cannot be sent to the proxy.
proxy-password-hint = Leave this empty to keep the password.
proxy-note = With a proxy, nothing else is contacted for this account, and no names are looked up on this computer. Tor listens on 127.0.0.1, port 9050.
password-open = Password…
password-title = Change the password
password-below = { $server } gets the new password over the encrypted connection, and it is kept here in place of the old one.
password-new = New password
password-again = The same again
password-differs = These are not the same.
password-change = Change it
password-asking = The server is being asked…
password-changed = The password was changed, on the server and here. Your other devices need the new one.
password-elsewhere = It was changed elsewhere: enter it here again
offers-open = What the server can do…
offers-title = What { $server } can do
offers-below = As the server says. Nothing that is missing keeps you from writing.
offers-offline = Connect this account to find out.
offers-asking = The server is being asked.
offers-yes = yes
offers-no = no
offers-unknown = not known yet
offer-archive = History on the server
offer-archive-there = Messages are kept on the server too, so a new device gets them, and so do you after having been away.
offer-archive-missing = Messages are only on the devices that got them. What is here stays here.
offer-carbons = Copies to your other devices
offer-carbons-there = A conversation appears on all your devices at once.
offer-carbons-missing = Each message comes to one of your devices only.
offer-resumption = Resuming after interruptions
offer-resumption-there = When the network breaks off for a while, nothing is lost and contacts do not see you go.
offer-resumption-missing = After an interruption Oriole signs in anew. What was not sent is sent then.
offer-upload = Sharing files
offer-upload-there = Files are put on the server for those you send them to.
offer-upload-limit = Files of up to { $size } MB are put on the server for those you send them to.
offer-upload-missing = Files can only be sent directly, while both sides are online.
offer-groups = Group chats
offer-groups-there = New group chats can be made on this server.
offer-groups-missing = Group chats on other servers can still be joined.
offer-profile = Profile pictures
offer-profile-there = Contacts see a new profile picture at once, and you see theirs.
offer-profile-missing = Contacts see your initials instead of a picture.
offer-blocking = Blocking
offer-blocking-there = The server keeps away what comes from people you block.
offer-blocking-missing = Nobody can be blocked on this server.
offer-offline = Messages while you are away
offer-offline-there = What is written to you while you are offline waits on the server.
offer-offline-missing = The server does not promise to keep what is written to you while you are offline.
offer-registration = Changing the account from here
offer-registration-there = The password can be changed and the account deleted from here.
offer-registration-missing = To change the password or to delete the account, ask whoever runs the server.
offer-relay = Help with direct transfers
offer-relay-there = Files can be sent directly even where both sides are behind a router.
offer-relay-missing = Files cannot always be sent directly.
offer-quiet = Quiet while you are not looking
offer-quiet-there = What can wait is held back while you are away, which saves power.
offer-quiet-missing = Everything is sent at once, whether or not you look.
offer-versions = Short sign-in
offer-versions-there = Only what changed of the contact list is sent when you sign in.
offer-versions-missing = The whole contact list is sent each time you sign in.
tag-open = Name and colour…
tag-title = Name and colour
tag-title-below = Only you see this. It tells this account's chats from those of your others.
tag-label = Name
tag-example = Work
tag-color = Colour
tag-below = Chats of an account with a name or a colour are marked with it as soon as you have more than one account.
tag-place = Account { $place } of { $count }
tag-place-below = The first one is the one that new chats begin with.
tag-up = Move up
tag-down = Move down
color-none = No colour
color-green = Green
color-teal = Teal
color-blue = Blue
color-violet = Violet
color-rose = Rose
color-orange = Orange
remove-keep = Keep its chats on this computer
remove-keep-below = They are not shown any more, and are here again when you add the same address again. Its password and contacts are erased.
remove-erase = Erase everything
remove-on-server = Also delete the account on its server
remove-now = Remove
delete-title = Delete { $address } on its server?
delete-below = The account is gone from { $server } then, with everything the server keeps for it. Nobody can sign in to it any more, and somebody else may get the address. This cannot be undone.
delete-keeps = Its chats stay on this computer.
delete-erases = Its chats are erased from this computer too.
delete-now = Delete on the server and remove
delete-asking = The server is being asked…
status = What others read beside it
status-example = In a meeting
status-below = Only for this account.
status-say = Say this
ask-title = Password for { $address }
ask-unknown = It is not known on this computer.
ask-no-keyring = This computer has no keyring that Oriole can use. So it asks at each start.
ask-in-file = Keep it in a file on this computer
ask-in-file-below = It is not encrypted there: others who can read your files could read it.
ask-open = Enter the password…
ask-later = Not now
kept-open = Chats of removed accounts…
kept-title = Kept until you add the account again
kept-erase = Erase { $address }…
kept-erase-title = All chats of { $address } are erased. This cannot be undone.
kept-erase-now = Erase them

## Settings

settings = Settings
appearance = Appearance
appearance-system = Like the system
appearance-light = Light
appearance-dark = Dark
appearance-contrast = High contrast
zoom = Size
zoom-in = Larger
zoom-out = Smaller
zoom-percent = { $percent } %
notifications = Notifications
notifications-text = Name and message
notifications-name = Name only
notifications-none = None
notification-new = New message
drawing = Drawing, from the next start on
drawing-automatic = What is best here
drawing-software = Processor
drawing-graphics = Graphics card
language = Language
language-system = Like the system

## Chats and contacts

tab-chats = Chats
tab-contacts = Contacts
tab-contacts-waiting = Contacts ({ $count })
no-chats = No chats yet
no-contacts = No contacts yet
preview-own = You: { $text }
preview-draft = Draft: { $text }
preview-failed = Not sent: { $text }
contact-requests = Contact requests
contact-request-says = wants to see when you are online
contact-asked = Waiting for their answer
contact-blocked = Blocked
contact-unseen = You do not see when they are online
accept = Accept
decline = Decline
presence-online = Online
presence-away = Away
presence-xa = Away for long
presence-dnd = Do not disturb
presence-offline = Offline

## A new chat

new-chat = New chat
add-contact = Add a contact
add-contact-below = They will be asked whether you may see each other online.
add-contact-invited = They invited you, so you will see each other online at once.
send-request = Send request
new-chat-hint = The address of the person, as in you@example.org.
from-account = From account
also-add-contact = Also add as a contact
start-chat = Start

## The conversation

empty-title = It takes two to talk
empty-below = Add someone by their address, or start a chat.
pick-title = Nothing open
pick-below = Pick a chat on the left, or start a new one.
not-a-contact = Not a contact
back = Back
loading = Loading…
no-messages = No messages yet
newest = To the newest messages
show-all = Show all
show-less = Show less
too-long = This message is too long to show all of it.
message-failed = Not sent
try-again = Try again
write-to = Message { $name }
send = Send
composer-cut = A message holds { $count } characters. The rest was left out.
emoji-open = Emoji
emoji-search = Search emoji
emoji-nothing = No emoji of that name
emoji-recent = Recent
emoji-smileys = Smileys
emoji-people = People
emoji-nature = Animals and nature
emoji-food = Food and drink
emoji-travel = Travel and places
emoji-activities = Activities
emoji-objects = Objects
emoji-symbols = Symbols
emoji-flags = Flags
notice-about = { $address }: { $sentence }
notice-room = { $address } is a group chat. Oriole cannot join group chats yet.
dismiss = Dismiss

## Times

today = Today
yesterday = Yesterday
weekday = { $day ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
date = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}

## What went wrong

error-bad-request = That request could not be understood.
error-not-found = There is no such thing here.
error-name-not-resolved = No server was found under that name. Check the part after the @, or enter the server's name by hand.
error-connection-refused = The server's machine was found, but nothing answers there. The server may be down, or use another port.
error-timeout = The server did not answer in time. Check the network, or try again in a moment.
error-not-an-xmpp-server = Something answered, but it is not an XMPP server. Check the server's name and port.
error-tls-failed = The connection could not be secured, so nothing was sent.
error-tls-too-old = The server only offers encryption that is too old to be safe. Its administrator needs to switch on TLS 1.2 or newer.
error-no-encryption = The server offers no encryption, so nothing was sent. Its administrator needs to switch on TLS.
error-certificate-untrusted = The server's certificate could not be verified, so nothing was sent.
error-wrong-password = The server did not accept this address and password.
error-password-needed = The password of this account is needed.
error-account-disabled = The server says that this account is disabled. Ask its administrator.
error-no-mechanism = The server offers no safe way to sign in.
error-bad-server-signature = The server could not prove that it knows this account. Somebody may be in between; do not enter the password again here.
error-downgrade = The server offers weaker protection than it did before. Somebody may be in between, so signing in was stopped.
error-conflict = Another program signed in with this account in this one's place.
error-server-shutdown = The server is being restarted. Oriole will connect again by itself.
error-address-taken = This address is already in use.
error-registration-refused = This server does not let new accounts be made from here.
error-too-large = This is larger than allowed.
error-already-sent = This message was sent already, or may have been. It can no longer be taken back or changed.
error-not-allowed = This is not allowed.
error-remote-error = The other side answered with an error.
error-proxy-failed = The proxy could not be used.
error-storage = Oriole could not read or write its database. Nothing that was there is lost.
error-profile-in-use = Another Oriole is running with this profile.
error-database-newer = This profile was used by a newer Oriole. It was left untouched; please update this one.
new-messages = New messages
new-messages-below = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
copy-selection = Copy selected text
copy-message = Copy message
edit-message = Edit
delete-message = Delete
cancel-sending = Cancel
open-link = Open { $link }
copy-link = Copy link
you = You
doubtful-link = This link leads elsewhere than it may seem
doubtful-link-host = It opens { $host }.
open-anyway = Open anyway
