/* archwire
description: How likely what is not yet due will be collected - by who pays, by whether a payment profile is live and by the age of the account's oldest unpaid line.
key: [payer_kind, has_profile, from_days]
*/
select 'insurance' as payer_kind, true as has_profile, 0 as from_days, 99999 as to_days, cast(0.97 as decimal(3, 2)) as probability
union all select 'insurance', false, 0, 99999, 0.97
union all select 'responsible_party', true, 0, 0, 0.99
union all select 'responsible_party', true, 1, 30, 0.95
union all select 'responsible_party', true, 31, 60, 0.85
union all select 'responsible_party', true, 61, 90, 0.70
union all select 'responsible_party', true, 91, 99999, 0.40
union all select 'responsible_party', false, 0, 0, 0.96
union all select 'responsible_party', false, 1, 30, 0.85
union all select 'responsible_party', false, 31, 60, 0.65
union all select 'responsible_party', false, 61, 90, 0.45
union all select 'responsible_party', false, 91, 99999, 0.15
