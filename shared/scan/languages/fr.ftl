# French (français)
# Reviewed by a native speaker: no
#
# Les textes de la page que l’on voit après avoir scanné un code : s’il est authentique, ce qu’il contient et que faire
# s’il ne peut pas être ouvert. Pour changer un texte, changez ce qui suit le signe égal. Ce qui est entre accolades est
# rempli par le service et doit rester : { $time } est une date avec l’heure, { $place } le nom d’un lieu, { $limit } un
# nombre. Un texte qui dépend d’un nombre a une ligne pour chaque forme de la langue : https://projectfluent.org
# l’explique.

## Le code est bon

genuine-title = Ce code est authentique
genuine-lead = Il a été scellé par ce service et n’a pas été modifié depuis.
# Précède la liste de ce que contient le code.
says = Voici son contenu :
redeemable-lead = Il a été scellé par ce service et peut être validé.
# Le titre après que quelqu’un a validé un code, un billet par exemple : il a été compté.
redeemed-title = Validé
redeemed-lead = Le service a compté cette utilisation du code.

## Le code est authentique, mais quelque chose ne va pas

unchecked-title = Authentique, mais non vérifié
unchecked-lead = Il a été scellé par ce service, mais il est impossible de savoir pour le moment s’il a été annulé.
use-unchecked-title = Authentique, mais utilisation non vérifiée
use-unchecked-lead = Il a été scellé par ce service, mais il est impossible de savoir pour le moment s’il a déjà été utilisé.
used-title = Ce code a déjà été utilisé
used-lead = Il est authentique, mais il a été validé autant de fois que possible.
used-do-not-accept = Il est authentique, mais il a été validé autant de fois que possible. Ne l’acceptez plus.
expired-title = Ce code a expiré
expired-lead = Il est authentique, mais il a expiré le { $time }.
not-yet-title = Ce code n’est pas encore valable
not-yet-lead = Il est authentique, mais valable seulement à partir du { $time }.
revoked-title = Ce code a été annulé
revoked-lead = Il est authentique, mais son émetteur l’a annulé le { $time }. Ne l’acceptez pas.

## Le code n’est pas bon, ou on ne le sait pas

damaged-title = Ce code ne peut pas être ouvert
damaged-lead = Le lien est abîmé, incomplet ou ne vient pas de ce service. Ne le considérez pas comme authentique.
damaged-scan = Scannez de nouveau le code : à plat, bien éclairé et entièrement visible.
damaged-link = Si vous avez suivi un lien, vérifiez qu’il est complet.
ask = Demandez-en un nouveau à la personne ou à l’organisme qui vous l’a remis.
unavailable-title = Ce code ne peut pas être vérifié pour le moment
unavailable-lead = Le service n’a pas accès à ses clés ou à ses registres pour le moment. Le code est peut-être authentique : conservez-le.
redemption-unknown-title = On ne sait pas si ce code a été validé
redemption-unknown-lead = Le service n’a pas accès à ses registres pour le moment. Revenez en arrière et appuyez de nouveau sur le bouton : la validation ne sera pas comptée deux fois.
other-title = Cette action est impossible
try-again = Réessayer

## Jusqu’à quand et combien de fois il est valable

valid-until = Valable jusqu’au { $time }.
good-for =
    { $limit ->
        [one] Valable pour { $limit } utilisation.
       *[other] Valable pour { $limit } utilisations.
    }
not-redeemed-yet = Pas encore validé.
redeemed-times =
    { $used ->
        [one] Validé une fois, le { $time }.
       *[other] Validé { $used } fois, la dernière le { $time }.
    }
# La même chose, avec le lieu.
redeemed-times-at =
    { $used ->
        [one] Validé une fois, le { $time }, { $place }.
       *[other] Validé { $used } fois, la dernière le { $time }, { $place }.
    }
# Après que quelqu’un a validé un code : la deuxième utilisation sur trois, par exemple.
this-use = C’était l’utilisation { $use } sur { $limit }, le { $time }.
this-use-at = C’était l’utilisation { $use } sur { $limit }, le { $time }, { $place }.
last-redeemed = Dernière validation le { $time }.
last-redeemed-at = Dernière validation le { $time }, { $place }.

## Validation

only-staff = Seul le personnel du service peut le valider. Ouvrir cette page ne le valide pas.
revealed-on-redeem = Seule la personne qui valide le code voit ce qu’il contient.
# Le libellé d’un champ pour le nom d’un lieu, une entrée par exemple.
place = Lieu (facultatif)
redeem = Valider maintenant
redeem-note-only = Cela compte sa seule utilisation et l’enregistre. Ouvrir cette page ne compte pas.
redeem-note = Cela compte une de ses utilisations et l’enregistre. Ouvrir cette page ne compte pas.

## Le bas de la page

copies = Toute personne qui a ce code ou son lien peut lire ceci. Une copie du code fonctionne tout aussi bien.
counts-not-copies = Toute personne qui a ce code ou son lien voit cette page. C’est le décompte du service qui fait foi, pas la copie.
# { $address } est le début d’une adresse web, comme https://qr.example.org
address = L’adresse ci-dessus doit commencer par { $address }
# Le nom de ce code : { $name } est par exemple 7Q4M-K2XA-9PTD-3HBE
code-name = Code { $name }
# Ce qu’il faut dire à la personne qui aide : { $reference } est par exemple expired, 410
reference = Référence : { $reference }
# Les textes des liens.
help = Aide
privacy = Confidentialité

## Ce que contient le code, mot pour mot

as-json = En JSON
copy = Copier en JSON
copied = Copié
selected = Sélectionné : copiez-le d’ici
# À la place d’une valeur, d’une liste, d’un nom ou d’un groupe vide.
empty = vide
empty-list = liste vide
no-name = sans nom
no-members = aucun élément
# À la place d’une valeur absente volontairement.
nothing = aucune valeur
yes = oui
no = non

## Dates, heures et nombres

# Le nom d’un mois, sous la forme qu’il a dans une date.
month =
    { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    }
# { $month } est le nom ci-dessus, { $month-number } son numéro à deux chiffres, { $day } n’a pas de zéro devant.
date = { $day } { $month } { $year }
# { $hour } va sur 24 heures et a, comme { $minute }, deux chiffres.
time = { $date } à { $hour }:{ $minute } UTC
# Entre la partie entière et les décimales, et entre les groupes de trois chiffres. {" "} est une espace.
decimal-separator = ,
group-separator = {"\u202F"}
# { $amount } est un nombre, { $currency } un code comme EUR.
money = { $amount }{"\u00A0"}{ $currency }
