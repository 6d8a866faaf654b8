/**
 * What businesses and reports are sorted by. Codes are stored with members' data: add as many as are needed, never change or
 * remove one that is in use. Labels are in locales/<language>/taxonomy.json under the same codes.
 */

/** Labels: `taxonomy.kinds.*` */
export const BUSINESS_KINDS = [
  'company',
  'shop',
  'repair',
  'internet_office',
  'consultant',
  'online',
  'startup',
  'freelance',
  'training',
  'other',
] as const;
export type BusinessKind = (typeof BUSINESS_KINDS)[number];

/** Where the work is done. Labels: `taxonomy.workplaces.*` */
export const WORKPLACES = ['office', 'shop', 'home', 'shared'] as const;
export type Workplace = (typeof WORKPLACES)[number];

/** What a business may hold, any number of them or none. Labels: `taxonomy.documents.*` */
export const DOCUMENT_KINDS = [
  'nsr_permit',
  'guild_licence',
  'informatics_grade',
  'enamad',
  'knowledge_based',
  'afta',
  'cra_permit',
  'home_business',
  'training_permit',
  'trade_card',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** Fields of activity, with their classes in ISIC Rev. 4 as a help for statistics. Labels: `taxonomy.fields.*` */
export const FIELDS = [
  { code: 'sw_custom', isic: ['6201'] },
  { code: 'sw_product', isic: ['5820'] },
  { code: 'web_mobile', isic: ['6201'] },
  { code: 'erp_acc', isic: ['6201'] },
  { code: 'ai_data', isic: ['6201'] },
  { code: 'game', isic: ['5820'] },
  { code: 'consulting', isic: ['6202'] },
  { code: 'support', isic: ['6202', '6209'] },
  { code: 'security', isic: ['6209'] },
  { code: 'network', isic: ['6202'] },
  { code: 'isp', isic: ['6110', '6120', '6190'] },
  { code: 'hosting', isic: ['6311'] },
  { code: 'voip', isic: ['6190'] },
  { code: 'hw_sale', isic: ['4741'] },
  { code: 'hw_wholesale', isic: ['4651', '4652'] },
  { code: 'hw_make', isic: ['2620'] },
  { code: 'parts', isic: ['4741'] },
  { code: 'mobile', isic: ['4741'] },
  { code: 'repair', isic: ['9511', '9512'] },
  { code: 'office_mach', isic: ['4651', '9511'] },
  { code: 'cctv_iot', isic: ['8020', '6209'] },
  { code: 'auto_emb', isic: ['2610', '6209'] },
  { code: 'internet_office', isic: ['8219', '6190'] },
  { code: 'ecommerce', isic: ['4791'] },
  { code: 'fintech', isic: ['6619'] },
  { code: 'marketing', isic: ['7310'] },
  { code: 'sms', isic: ['6190'] },
  { code: 'gis_map', isic: ['6201', '7110'] },
  { code: 'health_edu', isic: ['6201'] },
  { code: 'training', isic: ['8549'] },
  { code: 'other', isic: [] },
] as const;
export type Field = (typeof FIELDS)[number]['code'];

/** Labels: `taxonomy.reports.*` */
export const REPORT_KINDS = ['obstacle', 'complaint', 'expectation', 'idea'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];
/** What members would have rather than what stands in their way: these have a board of their own. */
export const IDEA_KINDS: readonly ReportKind[] = ['expectation', 'idea'];

/** Two levels. Labels: `taxonomy.categories.*` and `taxonomy.subtopics.*`; a subtopic's code holds its category's. */
export const OBSTACLE_CATEGORIES = [
  {
    code: 'license',
    subtopics: ['license.guild_licence', 'license.national_portal', 'license.inquiries', 'license.delay'],
  },
  { code: 'recognition', subtopics: ['recognition.no_title', 'recognition.home_business', 'recognition.overlap'] },
  { code: 'ranking', subtopics: ['ranking.informatics', 'ranking.sajat', 'ranking.afta', 'ranking.insured_staff'] },
  {
    code: 'insurance',
    subtopics: ['insurance.contract_rate', 'insurance.clearance', 'insurance.audit', 'insurance.remote_work'],
  },
  { code: 'tax', subtopics: ['tax.vat', 'tax.estimated', 'tax.penalty', 'tax.e_invoice', 'tax.heavy'] },
  { code: 'internet', subtopics: ['internet.outage', 'internet.bandwidth', 'internet.price', 'internet.no_fibre'] },
  { code: 'filtering', subtopics: ['filtering.tools', 'filtering.sales_loss'] },
  {
    code: 'sanctions',
    subtopics: ['sanctions.cloud', 'sanctions.software_licence', 'sanctions.code_hosting', 'sanctions.closed_account'],
  },
  {
    code: 'procurement',
    subtopics: ['procurement.grade_condition', 'procurement.sham_inquiry', 'procurement.unclear_system'],
  },
  { code: 'receivables', subtopics: ['receivables.late_payment', 'receivables.bonds', 'receivables.guarantee'] },
  {
    code: 'competition',
    subtopics: [
      'competition.semi_public',
      'competition.monopoly',
      'competition.price_cutting',
      'competition.unlicensed',
    ],
  },
  { code: 'finance', subtopics: ['finance.collateral', 'finance.intangible', 'finance.interest', 'finance.guarantee'] },
  { code: 'import', subtopics: ['import.order', 'import.currency', 'import.tariff', 'import.held_goods'] },
  { code: 'smuggling', subtopics: ['smuggling.devices', 'smuggling.registry', 'smuggling.no_warranty'] },
  { code: 'premises', subtopics: ['premises.residential', 'premises.article_100', 'premises.rent', 'premises.duties'] },
  { code: 'power', subtopics: ['power.outage', 'power.server_damage', 'power.phone_line'] },
  {
    code: 'workforce',
    subtopics: ['workforce.migration', 'workforce.skills', 'workforce.wages', 'workforce.military_service'],
  },
  { code: 'labour', subtopics: ['labour.remote_work', 'labour.contract', 'labour.labour_office'] },
  {
    code: 'payment_trust',
    subtopics: ['payment_trust.blocked_gateway', 'payment_trust.enamad_condition', 'payment_trust.sms_panel'],
  },
  { code: 'ip', subtopics: ['ip.piracy', 'ip.registration', 'ip.technical_approval'] },
  { code: 'security', subtopics: ['security.attack', 'security.ransomware', 'security.leak'] },
  { code: 'inspection', subtopics: ['inspection.repeated', 'inspection.sealing', 'inspection.penalty'] },
  { code: 'regulation', subtopics: ['regulation.sudden', 'regulation.many_bodies'] },
  { code: 'market', subtopics: ['market.recession', 'market.inflation', 'market.exchange_rate'] },
  { code: 'guild', subtopics: ['guild.card', 'guild.fee', 'guild.answers'] },
  { code: 'other', subtopics: [] },
] as const;
export type ObstacleCategory = (typeof OBSTACLE_CATEGORIES)[number]['code'];
export type ObstacleSubtopic = (typeof OBSTACLE_CATEGORIES)[number]['subtopics'][number];

/** Bodies (نهادها) that an obstacle concerns. Labels: `taxonomy.bodies.*` */
export const BODIES = [
  'social_security',
  'tax',
  'ict_ministry',
  'operator',
  'industry',
  'customs',
  'bank',
  'municipality',
  'labour',
  'planning',
  'ecommerce_centre',
  'union',
  'power',
  'client',
  'penal',
  'other',
] as const;
export type ConcernedBody = (typeof BODIES)[number];

/** What council news is about; members choose among these. Labels: `taxonomy.topics.*` */
export const NEWS_TOPICS = [
  'decisions',
  'programmes',
  'courses',
  'laws',
  'events',
  'market',
  'support',
  'other',
] as const;
export type NewsTopic = (typeof NEWS_TOPICS)[number];
