# Portuguese (português)
# Reviewed by a native speaker: no
#
# Os textos da página que se vê depois de ler um código: se é autêntico, o que contém e o que fazer se não for possível
# abri-lo. Para mudar um texto, mude o que vem depois do sinal de igual. O que está entre chaves é preenchido pelo
# serviço e tem de ficar: { $time } é uma data com hora, { $place } o nome de um lugar, { $limit } um número. Um texto
# que depende de um número tem uma linha para cada forma da língua: https://projectfluent.org explica isso.

## O código está bom

genuine-title = Este código é autêntico
genuine-lead = Foi selado por este serviço e não foi alterado desde então.
# Vem antes de uma lista do que o código contém.
says = Conteúdo:
redeemable-lead = Foi selado por este serviço e pode ser validado.
# O título depois de alguém validar um código, por exemplo um bilhete: foi contado.
redeemed-title = Validado
redeemed-lead = O serviço contou esta utilização do código.

## O código é autêntico, mas há algum problema

unchecked-title = Autêntico, mas não verificado
unchecked-lead = Foi selado por este serviço, mas no momento não é possível saber se foi cancelado.
use-unchecked-title = Autêntico, mas utilização não verificada
use-unchecked-lead = Foi selado por este serviço, mas no momento não é possível saber se já foi utilizado.
used-title = Este código já foi utilizado
used-lead = É autêntico, mas já foi validado tantas vezes quantas são permitidas.
used-do-not-accept = É autêntico, mas já foi validado tantas vezes quantas são permitidas. Não o aceite novamente.
expired-title = Este código expirou
expired-lead = É autêntico, mas expirou em { $time }.
not-yet-title = Este código ainda não é válido
not-yet-lead = É autêntico, mas só é válido a partir de { $time }.
revoked-title = Este código foi cancelado
revoked-lead = É autêntico, mas quem o emitiu cancelou-o em { $time }. Não o aceite.

## O código não está bom, ou não se sabe

damaged-title = Não é possível abrir este código
damaged-lead = O link está danificado, incompleto ou não é deste serviço. Não o considere autêntico.
damaged-scan = Leia o código novamente: plano, bem iluminado e totalmente visível.
damaged-link = Se seguiu um link, verifique se está completo.
ask = Peça um novo a quem lhe deu este código.
unavailable-title = Não é possível verificar este código agora
unavailable-lead = No momento, o serviço não consegue chegar às suas chaves ou aos seus dados. O código pode ser autêntico, por isso guarde-o.
redemption-unknown-title = Não se sabe se este código foi validado
redemption-unknown-lead = No momento, o serviço não consegue chegar aos seus dados. Volte e pressione o botão outra vez: não conta duas vezes.
other-title = Não é possível fazer isto
try-again = Tentar novamente

## Até quando e quantas vezes é válido

valid-until = Válido até { $time }.
good-for =
    { $limit ->
        [one] Válido para { $limit } utilização.
       *[other] Válido para { $limit } utilizações.
    }
not-redeemed-yet = Ainda não validado.
redeemed-times =
    { $used ->
        [one] Validado uma vez, em { $time }.
       *[other] Validado { $used } vezes, a última em { $time }.
    }
# O mesmo, e onde foi.
redeemed-times-at =
    { $used ->
        [one] Validado uma vez, em { $time }, { $place }.
       *[other] Validado { $used } vezes, a última em { $time }, { $place }.
    }
# Depois de alguém validar um código: por exemplo, a segunda utilização de três.
this-use = Esta foi a utilização { $use } de { $limit }, em { $time }.
this-use-at = Esta foi a utilização { $use } de { $limit }, em { $time }, { $place }.
last-redeemed = Última validação em { $time }.
last-redeemed-at = Última validação em { $time }, { $place }.

## Validação

only-staff = Só o pessoal do serviço pode validá-lo. Abrir esta página não o valida.
revealed-on-redeem = Só quem valida o código vê o que ele contém.
# O rótulo de um campo para o nome de um lugar, por exemplo uma entrada.
place = Onde (opcional)
redeem = Validar agora
redeem-note-only = Isto conta a sua única utilização e fica guardado. Abrir esta página não conta.
redeem-note = Isto conta uma das suas utilizações e fica guardado. Abrir esta página não conta.

## O rodapé da página

copies = Quem tiver este código ou o seu link pode ler isto. Uma cópia do código funciona igualmente bem.
counts-not-copies = Quem tiver este código ou o seu link vê esta página. O que vale é a contagem do serviço, não a cópia.
# { $address } é o início de um endereço web, como https://qr.example.org
address = O endereço acima deve começar por { $address }
# Como se chama este código: { $name } é algo como 7Q4M-K2XA-9PTD-3HBE
code-name = Código { $name }
# O que dizer a quem ajuda: { $reference } é algo como expired, 410
reference = Referência: { $reference }
# Os textos dos links.
help = Ajuda
privacy = Privacidade

## O que o código contém, palavra por palavra

as-json = Como JSON
copy = Copiar como JSON
copied = Copiado
selected = Selecionado: copie daqui
# Em vez de um valor, uma lista, um nome ou um grupo vazio.
empty = vazio
empty-list = lista vazia
no-name = sem nome
no-members = sem elementos
# Em vez de um valor que falta de propósito.
nothing = nenhum
yes = sim
no = não

## Datas, horas e números

# O nome de um mês, na forma que tem numa data.
month =
    { $month ->
        [1] janeiro
        [2] fevereiro
        [3] março
        [4] abril
        [5] maio
        [6] junho
        [7] julho
        [8] agosto
        [9] setembro
        [10] outubro
        [11] novembro
       *[12] dezembro
    }
# { $month } é o nome acima, { $month-number } o seu número com dois algarismos, { $day } não tem zero antes.
date = { $day } de { $month } de { $year }
# { $hour } tem 24 horas e, como { $minute }, dois algarismos.
time = { $date }, { $hour }:{ $minute } UTC
# Entre inteiros e decimais, e entre grupos de três algarismos. {" "} é um espaço.
decimal-separator = ,
group-separator = .
# { $amount } é um número, { $currency } um código como EUR.
money = { $currency }{"\u00A0"}{ $amount }
