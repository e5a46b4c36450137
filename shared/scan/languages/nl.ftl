# Dutch (Nederlands)
# Reviewed by a native speaker: no
#
# De teksten van de pagina die mensen zien nadat ze een code hebben gescand: of hij echt is, wat erin staat en wat te
# doen als hij niet geopend kan worden. Om een tekst te wijzigen, wijzigt u wat na het isgelijkteken staat. Wat tussen
# accolades staat, wordt door de dienst ingevuld en moet blijven staan: { $time } is een datum met tijd, { $place } de
# naam van een plaats, { $limit } een getal. Een tekst die van een getal afhangt, heeft één regel voor elke vorm van de
# taal: https://projectfluent.org legt dit uit.

## De code is goed

genuine-title = Deze code is echt
genuine-lead = Hij is door deze dienst verzegeld en sindsdien niet gewijzigd.
# Staat voor een lijst van wat er in de code staat.
says = Dit staat erin:
redeemable-lead = Hij is door deze dienst verzegeld en kan worden ingewisseld.
# De titel nadat iemand een code heeft ingewisseld, zoals een ticket: het gebruik is geteld.
redeemed-title = Ingewisseld
redeemed-lead = De dienst heeft dit gebruik van de code geteld.

## De code is echt, maar er is iets mee

unchecked-title = Echt, maar niet gecontroleerd
unchecked-lead = Hij is door deze dienst verzegeld, maar op dit moment is niet na te gaan of hij is ingetrokken.
use-unchecked-title = Echt, maar gebruik niet gecontroleerd
use-unchecked-lead = Hij is door deze dienst verzegeld, maar op dit moment is niet na te gaan of hij al is gebruikt.
used-title = Deze code is al gebruikt
used-lead = Hij is echt, maar al zo vaak ingewisseld als mag.
used-do-not-accept = Hij is echt, maar al zo vaak ingewisseld als mag. Accepteer hem niet nog een keer.
expired-title = Deze code is verlopen
expired-lead = Hij is echt, maar verlopen op { $time }.
not-yet-title = Deze code is nog niet geldig
not-yet-lead = Hij is echt, maar pas geldig vanaf { $time }.
revoked-title = Deze code is ingetrokken
revoked-lead = Hij is echt, maar de uitgever heeft hem ingetrokken op { $time }. Accepteer hem niet.

## De code is niet goed, of dat is niet bekend

damaged-title = Deze code kan niet worden geopend
damaged-lead = De link is beschadigd, onvolledig of niet van deze dienst. Beschouw hem niet als echt.
damaged-scan = Scan de code opnieuw: vlak, goed verlicht en volledig in beeld.
damaged-link = Hebt u een link gevolgd, controleer dan of die volledig is.
ask = Vraag een nieuwe aan degene van wie u de code hebt gekregen.
unavailable-title = Deze code kan nu niet worden gecontroleerd
unavailable-lead = De dienst kan op dit moment niet bij zijn sleutels of zijn gegevens. De code kan best echt zijn, dus bewaar hem.
redemption-unknown-title = Het is niet bekend of deze code is ingewisseld
redemption-unknown-lead = De dienst kan op dit moment niet bij zijn gegevens. Ga terug en druk nog een keer op de knop: het telt niet dubbel.
other-title = Dit kan niet
try-again = Opnieuw proberen

## Tot wanneer en hoe vaak hij geldig is

valid-until = Geldig tot { $time }.
good-for =
    { $limit ->
        [one] Eén keer te gebruiken.
       *[other] { $limit } keer te gebruiken.
    }
not-redeemed-yet = Nog niet ingewisseld.
redeemed-times =
    { $used ->
        [one] Eén keer ingewisseld, op { $time }.
       *[other] { $used } keer ingewisseld, het laatst op { $time }.
    }
# Hetzelfde, en waar dat was.
redeemed-times-at =
    { $used ->
        [one] Eén keer ingewisseld, op { $time }, { $place }.
       *[other] { $used } keer ingewisseld, het laatst op { $time }, { $place }.
    }
# Nadat iemand een code heeft ingewisseld: bijvoorbeeld het tweede gebruik van drie.
this-use = Dit was gebruik { $use } van { $limit }, op { $time }.
this-use-at = Dit was gebruik { $use } van { $limit }, op { $time }, { $place }.
last-redeemed = Laatst ingewisseld op { $time }.
last-redeemed-at = Laatst ingewisseld op { $time }, { $place }.

## Inwisselen

only-staff = Alleen medewerkers van de dienst kunnen hem inwisselen. Door deze pagina te openen gebeurt dat niet.
revealed-on-redeem = Alleen wie de code inwisselt, ziet wat erin staat.
# Het label van een veld voor de naam van een plaats, zoals een ingang.
place = Waar (optioneel)
redeem = Nu inwisselen
redeem-note-only = Hiermee wordt het enige gebruik geteld en bewaard. Het openen van deze pagina telt niet.
redeem-note = Hiermee wordt één keer gebruik geteld en bewaard. Het openen van deze pagina telt niet.

## De voet van de pagina

copies = Iedereen die deze code of de link ervan heeft, kan dit lezen. Een kopie van de code werkt even goed.
counts-not-copies = Iedereen die deze code of de link ervan heeft, ziet deze pagina. De telling van de dienst is bepalend, niet de kopie.
# { $address } is het begin van een webadres, zoals https://qr.example.org
address = Het adres hierboven moet beginnen met { $address }
# Hoe deze code heet: { $name } is iets als 7Q4M-K2XA-9PTD-3HBE
code-name = Code { $name }
# Wat u zegt tegen wie helpt: { $reference } is iets als expired, 410
reference = Referentie: { $reference }
# De teksten van links.
help = Hulp
privacy = Privacy

## Wat er in de code staat, woord voor woord

as-json = Als JSON
copy = Kopiëren als JSON
copied = Gekopieerd
selected = Geselecteerd: kopieer het hier
# In plaats van een lege waarde, lijst, naam of groep.
empty = leeg
empty-list = lege lijst
no-name = geen naam
no-members = geen onderdelen
# In plaats van een waarde die met opzet ontbreekt.
nothing = geen
yes = ja
no = nee

## Datums, tijden en getallen

# De naam van een maand, in de vorm die hij in een datum heeft.
month =
    { $month ->
        [1] januari
        [2] februari
        [3] maart
        [4] april
        [5] mei
        [6] juni
        [7] juli
        [8] augustus
        [9] september
        [10] oktober
        [11] november
       *[12] december
    }
# { $month } is de naam hierboven, { $month-number } het nummer met twee cijfers, { $day } heeft geen nul ervoor.
date = { $day } { $month } { $year }
# { $hour } heeft 24 uur en, net als { $minute }, twee cijfers.
time = { $date } om { $hour }:{ $minute } UTC
# Tussen hele en decimale cijfers, en tussen groepen van drie cijfers. {" "} is een spatie.
decimal-separator = ,
group-separator = .
# { $amount } is een getal, { $currency } een code zoals EUR.
money = { $currency }{"\u00A0"}{ $amount }
