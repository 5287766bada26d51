"""What exactly each line of a board counts; the figures of insight say the same as on their own page."""

from api.web.insight.words import FIGURES
from api.web.language import marked

MEANT: dict[str, str] = {str(name): what for name, (_, what) in FIGURES.items()} | {
    "answered": marked("Cases that came on this day and have got a first answer by now."),
    "waiting": marked("Cases that came on this day, are open and have no answer yet."),
    "late": marked("Cases that came on this day and whose answer left after its target, or is past due."),
    "open_now": marked("All cases that are open at this moment, whenever they came."),
    "overdue_now": marked("Those whose promised time has passed."),
    "unassigned_now": marked("Those that nobody has."),
    "critical": marked("Escalations of this day whose case has the priority critical."),
    "csat": marked("Customer satisfaction: the share of 4 and 5 among all answers from 1 to 5."),
    "nps": marked(
        "Net promoter score: the share of 9 and 10 less the share of 0 to 6, from −100 to 100, as Reichheld defined it."
    ),
    "ces": marked("Customer effort score: the mean of 1 (very hard) to 7 (very easy), as Dixon defined it."),
    "response": marked("Completed surveys, of all requests that left in this time."),
    "loops": marked("Bad answers of this time after which a person talked with the customer."),
    "loop_time": marked("From the bad answer to the end of its follow-up. Half of them were faster."),
    "stayed": marked(
        "Of those followed up, customers who wrote, bought, used the product or answered within 90 days after."
    ),
    "output": marked(
        "Replies that left, divided by the days on which each person sent any. Who has the case counts as its author."
    ),
    "contact_cost": marked(
        "Hours that people worked on the answered cases at your cost of an hour, and what Genklang cost in this time, divided by the answered cases. A lower bound: reading leaves no trace."
    ),
    "work_cost": marked("Hours that people worked on the answered cases, at your cost of an hour."),
    "cost": marked("Machine, software, language model, rollout, training and upkeep that fall on this time."),
    "gain": marked("Time saved, quality, customers kept and growth, against the baseline, as believed in."),
    "roi": marked("(gain − cost) ÷ cost, under the realistic scenario; the two others stand beside it."),
    "case_accuracy": marked("Mails of the last week of this time whose first category nobody corrected."),
    "drifting": marked("Categories whose accuracy fell by more than chance explains."),
}
