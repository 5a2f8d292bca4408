// The live pages' script: the server has written the page, this keeps it up to date.
import { compare } from './compare';
import { list } from './list';
import { run } from './run';
import { samples } from './samples';

const { page, run: name } = document.body.dataset;
switch (page) {
  case 'list': list(); break;
  case 'run': run(name!); break;
  case 'samples': samples(name!); break;
  case 'compare': compare(); break;
}
