# Turkish (Türkçe)
# Reviewed by a native speaker: no
#
# Bir kod tarandıktan sonra görülen sayfanın metinleri: kod gerçek mi, içinde ne yazıyor ve açılamıyorsa ne yapılmalı.
# Bir metni değiştirmek için eşittir işaretinden sonrasını değiştirin. Süslü parantez içindekileri hizmet doldurur,
# bunlar yerinde kalmalıdır: { $time } tarih ve saat, { $place } bir yerin adı, { $limit } bir sayıdır. Sayıya bağlı bir
# metinde dilin her biçimi için bir satır bulunur: https://projectfluent.org bunu açıklar.

## Kod iyi durumda

genuine-title = Bu kod gerçek
genuine-lead = Bu hizmet tarafından mühürlendi ve o zamandan beri değiştirilmedi.
# Kodda yazanların listesinden önce gelir.
says = İçeriği:
redeemable-lead = Bu hizmet tarafından mühürlendi ve kullanılabilir.
# Bilet gibi bir kodun kullanımı kaydedildikten sonraki başlık: kullanım sayıldı.
redeemed-title = Kullanım kaydedildi
redeemed-lead = Hizmet, kodun bu kullanımını saydı.

## Kod gerçek, ama bir sorun var

unchecked-title = Gerçek, ama kontrol edilmedi
unchecked-lead = Bu hizmet tarafından mühürlendi, ama şu anda iptal edilip edilmediği bilinemiyor.
use-unchecked-title = Gerçek, ama kullanımı kontrol edilmedi
use-unchecked-lead = Bu hizmet tarafından mühürlendi, ama şu anda daha önce kullanılıp kullanılmadığı bilinemiyor.
used-title = Bu kod daha önce kullanıldı
used-lead = Gerçek, ama izin verilen sayıda kullanıldı.
used-do-not-accept = Gerçek, ama izin verilen sayıda kullanıldı. Yeniden kabul etmeyin.
expired-title = Bu kodun süresi doldu
expired-lead = Gerçek, ama süresi { $time } tarihinde doldu.
not-yet-title = Bu kod henüz geçerli değil
not-yet-lead = Gerçek, ama { $time } tarihinden itibaren geçerli olacak.
revoked-title = Bu kod iptal edildi
revoked-lead = Gerçek, ama düzenleyen tarafından { $time } tarihinde iptal edildi. Kabul etmeyin.

## Kod iyi durumda değil ya da bilinmiyor

damaged-title = Bu kod açılamıyor
damaged-lead = Bağlantı bozuk, eksik ya da bu hizmete ait değil. Gerçek saymayın.
damaged-scan = Kodu yeniden tarayın: düz dursun, iyi aydınlatılsın ve tamamı görünsün.
damaged-link = Bir bağlantıdan geldiyseniz bağlantının tam olduğundan emin olun.
ask = Kodu aldığınız yerden yenisini isteyin.
unavailable-title = Bu kod şu anda kontrol edilemiyor
unavailable-lead = Hizmet şu anda anahtarlarına veya kayıtlarına ulaşamıyor. Kod gerçek olabilir, bu nedenle saklayın.
redemption-unknown-title = Bu kodun kullanımının kaydedilip kaydedilmediği bilinmiyor
redemption-unknown-lead = Hizmet şu anda kayıtlarına ulaşamıyor. Geri dönüp düğmeye yeniden basın: iki kez sayılmaz.
other-title = Bu işlem yapılamıyor
try-again = Yeniden dene

## Ne zamana kadar ve kaç kez geçerli

valid-until = Son geçerlilik: { $time }.
good-for =
    { $limit ->
        [one] Bir kullanım için geçerli.
       *[other] { $limit } kullanım için geçerli.
    }
not-redeemed-yet = Henüz kullanılmadı.
redeemed-times =
    { $used ->
        [one] Bir kez kullanıldı, { $time }.
       *[other] { $used } kez kullanıldı, son kullanım: { $time }.
    }
# Aynısı, yeriyle birlikte.
redeemed-times-at =
    { $used ->
        [one] Bir kez kullanıldı, { $time }, { $place }.
       *[other] { $used } kez kullanıldı, son kullanım: { $time }, { $place }.
    }
# Bir kodun kullanımı kaydedildikten sonra: örneğin üç kullanımdan ikincisi.
this-use = Bu, { $limit } kullanımdan { $use }. kullanımdı, { $time }.
this-use-at = Bu, { $limit } kullanımdan { $use }. kullanımdı, { $time }, { $place }.
last-redeemed = Son kullanım: { $time }.
last-redeemed-at = Son kullanım: { $time }, { $place }.

## Kullanımı kaydetme

only-staff = Kullanımı yalnızca hizmetin personeli kaydedebilir. Bu sayfayı açmak kullanım sayılmaz.
revealed-on-redeem = Kodda ne yazdığını yalnızca kullanımı kaydeden görür.
# Giriş gibi bir yerin adının yazıldığı alanın etiketi.
place = Yer (isteğe bağlı)
redeem = Kullanımı şimdi kaydet
redeem-note-only = Bu, kodun tek kullanımı olarak sayılır ve kaydedilir. Bu sayfayı açmak sayılmaz.
redeem-note = Bu, kodun kullanımlarından biri olarak sayılır ve kaydedilir. Bu sayfayı açmak sayılmaz.

## Sayfanın alt kısmı

copies = Bu koda veya bağlantısına sahip olan herkes bunu okuyabilir. Kodun kopyası da aynı şekilde çalışır.
counts-not-copies = Bu koda veya bağlantısına sahip olan herkes bu sayfayı görür. Kopya değil, hizmetin sayımı geçerlidir.
# { $address }, https://qr.example.org gibi bir web adresinin başıdır
address = Yukarıdaki adres şununla başlamalı: { $address }
# Bu kodun adı: { $name }, 7Q4M-K2XA-9PTD-3HBE gibi bir şeydir
code-name = Kod { $name }
# Yardım edene söylenecek bilgi: { $reference }, expired, 410 gibi bir şeydir
reference = Referans: { $reference }
# Bağlantıların metinleri.
help = Yardım
privacy = Gizlilik

## Kodda yazanlar, kelimesi kelimesine

as-json = JSON olarak
copy = JSON olarak kopyala
copied = Kopyalandı
selected = Seçildi: buradan kopyalayın
# Boş bir değerin, listenin, adın veya grubun yerine.
empty = boş
empty-list = boş liste
no-name = ad yok
no-members = öğe yok
# Bilerek boş bırakılan bir değerin yerine.
nothing = yok
yes = evet
no = hayır

## Tarihler, saatler ve sayılar

# Ayın adı, tarihteki biçimiyle.
month =
    { $month ->
        [1] Ocak
        [2] Şubat
        [3] Mart
        [4] Nisan
        [5] Mayıs
        [6] Haziran
        [7] Temmuz
        [8] Ağustos
        [9] Eylül
        [10] Ekim
        [11] Kasım
       *[12] Aralık
    }
# { $month } yukarıdaki addır, { $month-number } ayın iki basamaklı sayısıdır, { $day } önünde sıfır yoktur.
date = { $day } { $month } { $year }
# { $hour } 24 saatliktir ve { $minute } gibi iki basamaklıdır.
time = { $date } { $hour }:{ $minute } UTC
# Tam sayı ile ondalık arasında ve üçer basamaklı gruplar arasında. {" "} bir boşluktur.
decimal-separator = ,
group-separator = .
# { $amount } bir sayıdır, { $currency } EUR gibi bir koddur.
money = { $amount }{"\u00A0"}{ $currency }
