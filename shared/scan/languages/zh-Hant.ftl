# Traditional Chinese (繁體中文)
# Reviewed by a native speaker: no
#
# 掃描 QR 碼後所見頁面的文字：碼是否為真、包含什麼內容，以及打不開時該怎麼辦。
# 要修改文字，請修改等號後面的內容。大括號裡的內容由服務填寫，必須保留：
# { $time } 是日期和時間，{ $place } 是地點名稱，{ $limit } 是數字。
# 隨數字變化的文字，語言的每種形式各占一行，說明見 https://projectfluent.org 。

## 碼沒有問題

genuine-title = 此碼為真
genuine-lead = 此碼由本服務蓋章，之後未經更改。
# 位於碼的內容清單之前。
says = 內容：
redeemable-lead = 此碼由本服務蓋章，可以核銷。
# 有人核銷了一個碼（例如門票）之後的標題：已經計數。
redeemed-title = 已核銷
redeemed-lead = 服務已記錄此碼的這次使用。

## 碼為真，但有些問題

unchecked-title = 為真，但未經查核
unchecked-lead = 此碼由本服務蓋章，但目前無法得知是否已被撤銷。
use-unchecked-title = 為真，但未查核使用情況
use-unchecked-lead = 此碼由本服務蓋章，但目前無法得知先前是否使用過。
used-title = 此碼已被使用
used-lead = 此碼為真，但核銷次數已達上限。
used-do-not-accept = 此碼為真，但核銷次數已達上限。請勿再次接受。
expired-title = 此碼已過期
expired-lead = 此碼為真，但已於 { $time } 過期。
not-yet-title = 此碼尚未生效
not-yet-lead = 此碼為真，自 { $time } 起有效。
revoked-title = 此碼已被撤銷
revoked-lead = 此碼為真，但已由發行方於 { $time } 撤銷。請勿接受。

## 碼有問題，或無法得知

damaged-title = 此碼無法開啟
damaged-lead = 連結已損壞、不完整，或不是本服務的連結。請勿視為真碼。
damaged-scan = 請重新掃描：將碼放平，光線充足，並完整置於畫面中。
damaged-link = 如果您是透過連結開啟的，請確認連結完整。
ask = 請向提供此碼的一方索取新碼。
unavailable-title = 目前無法查核此碼
unavailable-lead = 服務目前無法讀取金鑰或紀錄。此碼很可能是真的，請妥善保留。
redemption-unknown-title = 無法得知此碼是否已核銷
redemption-unknown-lead = 服務目前無法讀取紀錄。請返回並再按一次按鈕：不會重複計數。
other-title = 無法執行此操作
try-again = 再試一次

## 有效期限和可用次數

valid-until = 有效期限至 { $time }。
good-for = 可使用 { $limit } 次。
not-redeemed-yet = 尚未核銷。
redeemed-times = 已核銷 { $used } 次，最近一次：{ $time }。
# 同上，並註明地點。
redeemed-times-at = 已核銷 { $used } 次，最近一次：{ $time }，{ $place }。
# 有人核銷了一個碼之後：例如三次中的第二次。
this-use = 這是第 { $use } 次使用（共 { $limit } 次），時間：{ $time }。
this-use-at = 這是第 { $use } 次使用（共 { $limit } 次），時間：{ $time }，{ $place }。
last-redeemed = 最近一次核銷：{ $time }。
last-redeemed-at = 最近一次核銷：{ $time }，{ $place }。

## 核銷

only-staff = 只有本服務的工作人員才能核銷。開啟此頁面不會核銷。
revealed-on-redeem = 只有核銷此碼的人才能看到其內容。
# 地點名稱（例如入口）輸入欄的標籤。
place = 地點（選填）
redeem = 立即核銷
redeem-note-only = 這會計入此碼唯一的一次使用，並保留紀錄。開啟此頁面不計次數。
redeem-note = 這會計入此碼的一次使用，並保留紀錄。開啟此頁面不計次數。

## 頁面底部

copies = 任何擁有此碼或其連結的人都能讀到這些內容。此碼的複本同樣有效。
counts-not-copies = 任何擁有此碼或其連結的人都能看到此頁面。以服務的計數為準，與複本無關。
# { $address } 是網址的開頭，例如 https://qr.example.org
address = 上方的網址必須以此開頭：{ $address }
# 此碼的名稱：{ $name } 類似 7Q4M-K2XA-9PTD-3HBE
code-name = 碼 { $name }
# 求助時告訴對方的內容：{ $reference } 類似 expired, 410
reference = 參考資訊：{ $reference }
# 連結的文字。
help = 說明
privacy = 隱私權

## 碼的內容，原文

as-json = 以 JSON 顯示
copy = 複製為 JSON
copied = 已複製
selected = 已選取：請從這裡複製
# 代替空的值、清單、名稱或群組。
empty = 空白
empty-list = 空白清單
no-name = 無名稱
no-members = 無成員
# 代替刻意省略的值。
nothing = 無
yes = 是
no = 否

## 日期、時間和數字

# 日期中的月份名稱。
month =
    { $month ->
        [1] 1月
        [2] 2月
        [3] 3月
        [4] 4月
        [5] 5月
        [6] 6月
        [7] 7月
        [8] 8月
        [9] 9月
        [10] 10月
        [11] 11月
       *[12] 12月
    }
# { $month } 是上面的名稱，{ $month-number } 是兩位數的月份，{ $day } 前面不加零。
date = { $year }年{ $month }{ $day }日
# { $hour } 為 24 小時制，與 { $minute } 一樣是兩位數。
time = { $date } { $hour }:{ $minute } UTC
# 整數與小數之間，以及每三位數字之間。{" "} 是空格。
decimal-separator = .
group-separator = ,
# { $amount } 是數字，{ $currency } 是 EUR 之類的代碼。
money = { $currency }{"\u00A0"}{ $amount }
