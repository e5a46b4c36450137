# English
# Reviewed by a native speaker: no
#
# The texts of the page that people see after they have scanned a code: whether it is genuine, what it says, and what to
# do if it cannot be opened. To change a text, change what follows the equals sign. What is in braces is filled in by
# the service and has to stay: { $time } is a date and a time, { $place } the name of a place, { $limit } a number.
# A text that depends on a number has one line for each form of the language: https://projectfluent.org explains this.

## The code is good

genuine-title = This code is genuine
genuine-lead = It was sealed by this service and has not been changed since.
# Stands before a list of what the code says.
says = It says:
redeemable-lead = It was sealed by this service and can be redeemed.
# The title after somebody has redeemed a code, such as a ticket: it has been counted.
redeemed-title = Redeemed
redeemed-lead = The service has counted this use of the code.

## The code is genuine, but something is the matter

unchecked-title = Genuine, but not checked
unchecked-lead = It was sealed by this service, but at the moment nobody can tell whether it has been taken back.
use-unchecked-title = Genuine, but its use was not checked
use-unchecked-lead = It was sealed by this service, but at the moment nobody can tell whether it has been used before.
used-title = This code has been used
used-lead = It is genuine, but has been redeemed as often as it may be.
used-do-not-accept = It is genuine, but has been redeemed as often as it may be. Do not accept it again.
expired-title = This code has expired
expired-lead = It is genuine, but it expired on { $time }.
not-yet-title = This code is not valid yet
not-yet-lead = It is genuine, and valid from { $time } on.
revoked-title = This code has been taken back
revoked-lead = It is genuine, but whoever made it took it back on { $time }. Do not accept it.

## The code is not good, or nobody knows

damaged-title = This code cannot be opened
damaged-lead = The link is damaged, incomplete or not from this service. Do not treat it as genuine.
damaged-scan = Scan the code again: keep it flat, well lit and fully in view.
damaged-link = If you followed a link, make sure it is complete.
ask = Ask whoever gave it to you for a new one.
unavailable-title = This code cannot be checked right now
unavailable-lead = The service cannot reach its keys or its records at the moment. The code may well be genuine, so keep it.
redemption-unknown-title = Nobody knows whether this code was redeemed
redemption-unknown-lead = The service cannot reach its records at the moment. Go back and press the button again: it does not count twice.
other-title = This cannot be done
try-again = Try again

## Until when and how often it is good

valid-until = Valid until { $time }.
good-for =
    { $limit ->
        [one] Good for one use.
       *[other] Good for { $limit } uses.
    }
not-redeemed-yet = Not redeemed yet.
redeemed-times =
    { $used ->
        [one] Redeemed once, last on { $time }.
       *[other] Redeemed { $used } times, last on { $time }.
    }
# The same, and where that was.
redeemed-times-at =
    { $used ->
        [one] Redeemed once, last on { $time }, { $place }.
       *[other] Redeemed { $used } times, last on { $time }, { $place }.
    }
# After somebody has redeemed a code: the second use of three, for example.
this-use = This was use { $use } of { $limit }, on { $time }.
this-use-at = This was use { $use } of { $limit }, on { $time }, { $place }.
last-redeemed = Last redeemed on { $time }.
last-redeemed-at = Last redeemed on { $time }, { $place }.

## Redeeming

only-staff = Only staff of the service can redeem it. Opening this page does not.
revealed-on-redeem = Only whoever redeems the code sees what it says.
# The label of a field for the name of a place, such as an entrance.
place = Where (optional)
redeem = Redeem now
redeem-note-only = This counts its only use and is kept. Opening this page counts nothing.
redeem-note = This counts one of its uses and is kept. Opening this page counts nothing.

## The foot of the page

copies = Anyone who has this code or its link can read this. A copy of the code works just as well.
counts-not-copies = Anyone who has this code or its link sees this page. The service counts, not the copy.
# { $address } is the beginning of a web address, such as https://qr.example.org
address = The address above must begin with { $address }
# What people call this code: { $name } is something like 7Q4M-K2XA-9PTD-3HBE
code-name = Code { $name }
# What to tell whoever helps: { $reference } is something like expired, 410
reference = Reference: { $reference }
# The texts of links.
help = Help
privacy = Privacy

## What the code says, word for word

as-json = As JSON
copy = Copy as JSON
copied = Copied
selected = Selected: copy it from here
# In place of an empty value, list, name or group.
empty = empty
empty-list = empty list
no-name = no name
no-members = no members
# In place of a value that is missing on purpose.
nothing = none
yes = yes
no = no

## Dates, times and numbers

# The name of a month, in the form that it has in a date.
month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
# { $month } is the name above, { $month-number } its number with two digits, { $day } has no zero before it.
date = { $day } { $month } { $year }
# { $hour } has 24 hours and, as { $minute }, two digits.
time = { $date }, { $hour }:{ $minute } UTC
# Between whole and decimal digits, and between groups of three digits. {" "} is a space.
decimal-separator = .
group-separator = ,
# { $amount } is a number, { $currency } a code such as EUR.
money = { $currency } { $amount }
