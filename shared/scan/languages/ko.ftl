# Korean (한국어)
# Reviewed by a native speaker: no
#
# 코드를 스캔한 뒤 보이는 페이지의 문구입니다. 코드가 진짜인지, 무슨 내용이 있는지, 열 수 없을 때 어떻게 해야 하는지 알려 줍니다. 문구를 바꾸려면 등호 뒤의 내용을 바꾸세요. 중괄호 안의 내용은 서비스가
# 채우므로 그대로 두어야 합니다. { $time } 는 날짜와 시각, { $place } 는 장소 이름, { $limit } 는 숫자입니다. 숫자에 따라 달라지는 문구는 언어의 형태마다 한 줄씩 있습니다. 설명은
# https://projectfluent.org 에 있습니다.

## 코드에 문제가 없을 때

genuine-title = 이 코드는 진짜입니다
genuine-lead = 이 서비스가 봉인했으며 그 후 변경되지 않았습니다.
# 코드 내용 목록 앞에 옵니다.
says = 내용:
redeemable-lead = 이 서비스가 봉인했으며 사용할 수 있습니다.
# 입장권 같은 코드를 누군가 사용 처리한 뒤의 제목입니다. 사용 횟수에 포함되었습니다.
redeemed-title = 사용 처리됨
redeemed-lead = 서비스가 이번 코드 사용을 기록했습니다.

## 코드는 진짜이지만 문제가 있을 때

unchecked-title = 진짜이지만 확인되지 않음
unchecked-lead = 이 서비스가 봉인했지만, 취소되었는지 지금은 알 수 없습니다.
use-unchecked-title = 진짜이지만 사용 여부가 확인되지 않음
use-unchecked-lead = 이 서비스가 봉인했지만, 이미 사용되었는지 지금은 알 수 없습니다.
used-title = 이미 사용된 코드입니다
used-lead = 진짜이지만 허용된 횟수만큼 모두 사용되었습니다.
used-do-not-accept = 진짜이지만 허용된 횟수만큼 모두 사용되었습니다. 다시 받지 마세요.
expired-title = 유효 기간이 지난 코드입니다
expired-lead = 진짜이지만 { $time }에 유효 기간이 끝났습니다.
not-yet-title = 아직 유효하지 않은 코드입니다
not-yet-lead = 진짜이지만 { $time }부터 유효합니다.
revoked-title = 취소된 코드입니다
revoked-lead = 진짜이지만 발행한 쪽에서 { $time }에 취소했습니다. 받지 마세요.

## 코드에 문제가 있거나 알 수 없을 때

damaged-title = 이 코드를 열 수 없습니다
damaged-lead = 링크가 손상되었거나 완전하지 않거나 이 서비스의 링크가 아닙니다. 진짜로 여기지 마세요.
damaged-scan = 코드를 다시 스캔하세요. 평평하게 펴고, 밝은 곳에서, 전체가 화면에 들어오게 하세요.
damaged-link = 링크를 통해 들어왔다면 링크가 완전한지 확인하세요.
ask = 코드를 준 곳에 새 코드를 요청하세요.
unavailable-title = 지금은 이 코드를 확인할 수 없습니다
unavailable-lead = 서비스가 지금 키나 기록에 접근할 수 없습니다. 코드는 진짜일 수 있으니 보관해 두세요.
redemption-unknown-title = 이 코드가 사용 처리되었는지 알 수 없습니다
redemption-unknown-lead = 서비스가 지금 기록에 접근할 수 없습니다. 뒤로 돌아가 버튼을 다시 누르세요. 두 번 계산되지 않습니다.
other-title = 이 작업을 할 수 없습니다
try-again = 다시 시도

## 언제까지, 몇 번 사용할 수 있는지

valid-until = { $time }까지 유효합니다.
good-for = { $limit }회 사용할 수 있습니다.
not-redeemed-yet = 아직 사용되지 않았습니다.
redeemed-times = { $used }회 사용되었습니다. 마지막 사용: { $time }.
# 같은 내용에 장소를 더한 것입니다.
redeemed-times-at = { $used }회 사용되었습니다. 마지막 사용: { $time }, { $place }.
# 누군가 코드를 사용 처리한 뒤. 예를 들어 3회 중 두 번째 사용입니다.
this-use = { $limit }회 중 { $use }번째 사용입니다({ $time }).
this-use-at = { $limit }회 중 { $use }번째 사용입니다({ $time }, { $place }).
last-redeemed = 마지막 사용: { $time }.
last-redeemed-at = 마지막 사용: { $time }, { $place }.

## 사용 처리

only-staff = 서비스 직원만 사용 처리할 수 있습니다. 이 페이지를 여는 것만으로는 사용 처리되지 않습니다.
revealed-on-redeem = 코드 내용은 사용 처리하는 사람에게만 보입니다.
# 입구 같은 장소 이름을 적는 칸의 이름표입니다.
place = 장소(선택 사항)
redeem = 지금 사용 처리
redeem-note-only = 단 한 번의 사용으로 계산되고 기록이 남습니다. 이 페이지를 여는 것은 계산되지 않습니다.
redeem-note = 1회 사용으로 계산되고 기록이 남습니다. 이 페이지를 여는 것은 계산되지 않습니다.

## 페이지 아래쪽

copies = 이 코드나 링크가 있으면 누구나 이 내용을 읽을 수 있습니다. 코드의 사본도 똑같이 작동합니다.
counts-not-copies = 이 코드나 링크가 있으면 누구나 이 페이지를 볼 수 있습니다. 사본이 아니라 서비스가 센 횟수가 기준입니다.
# { $address } 는 https://qr.example.org 같은 웹 주소의 앞부분입니다.
address = 위 주소는 다음으로 시작해야 합니다: { $address }
# 이 코드의 이름입니다. { $name } 은 7Q4M-K2XA-9PTD-3HBE 같은 것입니다.
code-name = 코드 { $name }
# 도와주는 사람에게 알려 줄 내용입니다. { $reference } 는 expired, 410 같은 것입니다.
reference = 참조: { $reference }
# 링크의 문구입니다.
help = 도움말
privacy = 개인정보 보호

## 코드의 내용 그대로

as-json = JSON으로 보기
copy = JSON으로 복사
copied = 복사됨
selected = 선택됨: 여기서 복사하세요
# 빈 값, 목록, 이름, 그룹 대신 표시됩니다.
empty = 비어 있음
empty-list = 빈 목록
no-name = 이름 없음
no-members = 항목 없음
# 일부러 비워 둔 값 대신 표시됩니다.
nothing = 없음
yes = 예
no = 아니요

## 날짜, 시각, 숫자

# 날짜에 쓰는 달의 이름입니다.
month =
    { $month ->
        [1] 1월
        [2] 2월
        [3] 3월
        [4] 4월
        [5] 5월
        [6] 6월
        [7] 7월
        [8] 8월
        [9] 9월
        [10] 10월
        [11] 11월
       *[12] 12월
    }
# { $month } 는 위의 이름, { $month-number } 는 두 자리 달 숫자, { $day } 는 앞에 0이 없습니다.
date = { $year }년 { $month } { $day }일
# { $hour } 는 24시간제이며 { $minute } 처럼 두 자리입니다.
time = { $date } { $hour }:{ $minute } UTC
# 정수와 소수 사이, 그리고 세 자리마다의 구분입니다. {" "} 는 빈칸입니다.
decimal-separator = .
group-separator = ,
# { $amount } 는 숫자, { $currency } 는 EUR 같은 코드입니다.
money = { $currency }{"\u00A0"}{ $amount }
