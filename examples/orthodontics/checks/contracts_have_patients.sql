/* archwire
description: A contract whose patient or treatment the practice-management system does not know at that practice.
*/
select c.practice_id, c.contract_id
from rcm.contract c
left join pms.patient p on p.practice_id = c.practice_id and p.patient_id = c.patient_id
left join pms.treatment t on t.practice_id = c.practice_id and t.treatment_id = c.treatment_id and t.patient_id = c.patient_id
where p.patient_id is null
  or t.treatment_id is null
