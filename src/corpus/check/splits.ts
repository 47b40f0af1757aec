import type { Discovery } from "../formats/splits";
import { type Finding, Findings } from "./finding";

/** What is wrong or odd about the files of a corpus folder, before any of them is read. */
export function checkSplits({ folder, splits, passedOver }: Discovery): Finding[] {
  const findings = new Findings();
  if (!splits.train)
    findings.add("fault", "train splits missing, without which nothing can be trained", folder);
  for (const { name, reason, namesSplit } of passedOver)
    if (namesSplit) findings.add("remark", "files passed over that name a split", `${name}: ${reason}`);
  const others = passedOver.filter(({ namesSplit }) => !namesSplit);
  for (const { name } of others) findings.add("remark", "files passed over that name no split", name);
  return findings.list();
}
